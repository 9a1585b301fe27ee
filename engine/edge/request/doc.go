// Package request has what the handlers of engine/edge know about one request: its id, its
// sender, its operation, its slot and its outcome.
//
// Package request stores a fact if one handler finds it out and another handler needs it, or if
// a log line has it. Package request itself generates the id and reads the client's trace
// headers; handlers of engine/edge find out the other facts. Package request must never pass
// text that a client has chosen to the event log, which stores it for good.
//
// In reading order: headers.go says which trace headers of a client are used; request.go has
// Request, and Of, which finds the Request of a context; identify.go has the handler that
// creates it.
//
// Only the goroutine that serves a request uses its Request: one handler after another, and no
// other goroutine.
package request
