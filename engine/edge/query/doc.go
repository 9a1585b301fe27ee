// Package query answers one question: which part of an answer does a query ask for, and in what
// form? It reads headers and parameters, and writes the headers of the answer.
//
// Cursors and links from page to page (paging.go), entity tags and preconditions (conditional.go),
// and how long a read may wait (prefer.go) belong here. The stack and the operations do not: the
// package must know neither, and it reads no row. It has no state.
//
// Errors are those of engine/edge/problem; the callers are engine/edge and a service's
// internal/httpapi.
package query
