// Package query decodes some headers and parameters of a query. They say which page or version the
// client wants, and how long the query may wait. Package query also sets headers of the answer.
//
// Package query has cursors and links from page to page (paging.go), entity tags and preconditions
// (conditional.go), and the time that a read may wait (prefer.go). Package query must not depend on
// the stack of HTTP handlers or on the operations. Package query does not use the database and has
// no state. Its functions return errors of engine/edge/problem. engine/edge and a service's
// internal/httpapi call package query.
package query
