// Package history answers one question: how did a stream become what it is? It reads the events of
// a stream, page by page, with the state of the aggregate after each event and what the event has
// changed.
//
// Code that reads streams for the console belongs in this package. The states come from the
// aggregate's own Evolve, so an aggregate of a service appears here without code. In reading order:
// find.go finds the stream of an id or a position; history.go reads a page; states.go computes the
// states; reader.go has the Reader and its pages.
//
// Package history has no table and no goroutine. It must never decrypt personal data: it has no
// keys, and its states have the encrypted texts, which engine/console/difference hides.
package history
