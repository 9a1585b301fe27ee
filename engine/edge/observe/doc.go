// Package observe counts requests and logs them: the access log, refusals, reads of personal data
// and operators' requests. It also turns a panic into an answer.
//
// Logging and counting a request once it has its answer belong here. Finding out facts about it
// does not: earlier handlers leave them in engine/edge/request. No line and no label may contain
// what a client made up, such as a path, a header or a body; docs/security.md lists each line.
//
// In reading order: recorder.go remembers an answer; refusals.go says which answers are refusals,
// and bounds how many are logged; guesses.go counts subjects that try ids; metrics.go has the
// metrics and lines.go the lines; observe.go is the handler that writes both, and panics.go the one
// right behind it.
//
// An Observer may be used by many goroutines and needs no Run. engine/edge/failure logs a service's
// failures, with the texts of their errors.
package observe
