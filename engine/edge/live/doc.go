// Package live sends streaming answers: such an answer sends one event after another, until the
// client stops reading or the answer must end.
//
// Package live has the forms of a streaming answer: server-sent events, and lines of JSON. It
// limits how many answers are open, closes the answer of a client that reads nothing, and tells the
// client why an answer ends. engine/feed supplies the events, and the service writes each event as
// JSON.
//
// In reading order: form.go chooses a form that the client accepts; bounds.go limits the open
// answers; frames.go encodes an event in a form; answer.go sends events until the answer ends.
//
// Package live has no table and starts no goroutine: the goroutine of a request writes the answer.
// A client that still reads must always be told why its answer ends. Package live must never wait
// longer than Bounds.WriteTimeout for a client that reads nothing (docs/decisions/0024).
package live
