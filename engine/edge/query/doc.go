// Package query answers one question: which part of an answer does a query ask for, and in what
// form? It decodes headers and parameters of the query, and sets headers of the answer.
//
// Package query has cursors and links from page to page (paging.go), entity tags and preconditions
// (conditional.go), and the time that a read may wait (prefer.go). It must know neither the stack
// nor the operations, reads no row and has no state. Its errors are those of engine/edge/problem.
// engine/edge and a service's internal/httpapi call package query.
package query
