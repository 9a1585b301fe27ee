// Package docs serves the contract and a page that shows the contract to people. Neither the
// contract nor the page requires a token.
//
// Package docs has the page, its content security policy and the embedded Swagger UI. The text
// of the contract belongs to a service, and engine/edge/contract reads that text. The page must
// never load anything from another host.
//
// In reading order: assets.go serves the files of Swagger UI, compressed or uncompressed;
// docs.go has Mount, which adds the routes, and serves the files in page/.
//
// Package docs has no state except the embedded files. engine/edge calls it; engine/edge/access
// lists its routes as open.
package docs
