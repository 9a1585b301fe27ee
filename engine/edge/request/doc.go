// Package request holds what the edge knows about one request while it is answered: its id, its
// sender, its operation, the place that it runs in, and its outcome.
//
// Facts that one handler finds out and another needs, or that a line of the log has, belong here.
// Finding them out does not, except for the id and the trace headers of the client: a handler of
// engine/edge does that. Text that a client made up must never be kept where it would be
// remembered.
//
// In reading order: headers.go says which headers of a client are kept; request.go has Request, and
// Of, which finds it by a context; identify.go is the handler that begins it.
//
// A Request is used by the goroutine that serves it, one handler after another, and by no other.
package request
