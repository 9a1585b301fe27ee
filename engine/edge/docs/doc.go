// Package docs serves the contract, and a page that shows it to people, without a token.
//
// The page, its policy and the embedded Swagger UI belong here. The contract's text does not:
// engine/edge/contract has read it, and a service owns it. The page must never load anything from
// elsewhere.
//
// In reading order: assets.go serves the files of Swagger UI, compressed or not; docs.go has Mount,
// which adds the routes, and serves the page's own files, in page/.
//
// It has no state except the embedded files. The caller is engine/edge; engine/edge/access lists
// the routes as open.
package docs
