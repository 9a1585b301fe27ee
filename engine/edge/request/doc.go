// Package request has what the handlers of engine/edge know about one request: its id, its sender,
// its operation, its execution slot and its outcome.
//
// If one handler finds out something about a request, and another handler or a log line needs it,
// package request stores it. Package request itself generates the id and reads the client's trace
// headers. If a client has chosen a text, package request must never pass it to the event log,
// because events are never deleted.
//
// In reading order: headers.go says which trace headers of a client are used; request.go has
// Request, and Of, which finds the Request of a context; identify.go has the handler that creates a
// Request.
//
// A Request is not safe for concurrent use. Only the goroutine that serves a request may use the
// Request.
package request
