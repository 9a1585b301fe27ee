// Package request holds what the edge knows of one request while it is answered: its name, who sent
// it, which operation it asks for, the place that it runs in, and what became of it.
//
// Facts that one handler finds out and another needs, or a line of the log says, belong here. Finding it
// out does not, but for the name and what the client's headers say of a trace: a handler of
// engine/edge does that. It must never hold what a client made up where it could be remembered.
//
// In reading order: headers.go says which headers of a client are kept; request.go has Request, and
// Of, which finds it by a context; identify.go is the handler that begins it.
//
// A Request is used by the goroutine that serves it, one handler after another, and by no other.
package request
