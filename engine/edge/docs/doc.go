// Package docs serves the OpenAPI contract, and a page that shows the contract to people. Clients
// need no token for the contract and the page.
//
// Package docs has the page, its content security policy and the embedded Swagger UI. The text of
// the contract comes from the service, and engine/edge/contract parses the text. The page must
// never load anything from another host.
//
// In reading order: assets.go serves the files of Swagger UI, compressed or uncompressed; docs.go
// serves the files of the folder page, and has Mount, which adds the routes to a router.
//
// Package docs has no state except the embedded files. engine/edge calls Mount. engine/edge/access
// lists the routes of package docs as routes that need no token.
package docs
