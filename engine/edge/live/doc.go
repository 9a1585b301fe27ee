// Package live answers one question: how is an answer sent that goes on, event by event, for as long as
// its client reads it?
//
// The forms of such an answer (server-sent events, and lines of JSON), how many there may be, when a
// client that reads nothing is given up, and how each end is explained belong here. What is sent does
// not: engine/feed has it, and the service renders it.
//
// In reading order: form.go chooses the form that a client accepts; bounds.go counts those that are open;
// frames.go has the text around an event; answer.go sends until an end.
//
// It has no table and starts nothing: an answer is written by its request's goroutine. It must never end
// without a word to a client that still reads, nor wait for one that does not for longer than
// Bounds.WriteTimeout (docs/decisions/0024).
package live
