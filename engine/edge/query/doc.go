// Package query answers one question: which part of an answer does a query ask for, and in what
// form? Package query decodes headers and parameters of the query, and sets headers of the
// answer.
//
// Package query has cursors and links from page to page (paging.go), entity tags and
// preconditions (conditional.go), and the time that a read may wait (prefer.go). Package query
// must know neither the stack nor the operations. Package query reads no row and has no state.
//
// The errors of package query are those of engine/edge/problem. engine/edge and a service's
// internal/httpapi call it.
package query
