// Package observe counts requests and writes what the log has of them: the access log, refusals,
// reads of what is personal and operators' requests; and it turns a panic into an answer.
//
// Logging and counting a request once it has its answer belong here. Finding it out does not: it is in
// engine/edge/request, as the handlers have left it there. No line and no label may have what a
// client made up, such as a path, a header or a body; docs/security.md lists each line.
//
// In reading order: recorder.go remembers an answer; refusals.go says what is a refusal, and bounds
// the lines of them; guesses.go counts who tries ids; metrics.go has the metrics and lines.go the
// lines; observe.go is the handler that writes both, and panics.go the one right behind it.
//
// An Observer may be used by many goroutines and needs no Run. A service's failures, with the texts
// of their errors, are logged by engine/edge/failure.
package observe
