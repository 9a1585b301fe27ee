// Package observe counts, logs and traces requests: it writes the access log, and log lines for
// refused requests, reads of personal data and operators' requests. Package observe also answers a
// request whose handler panics.
//
// Package observe counts and logs a request after its answer was written. The other handlers store
// what they know about the request in the Request (engine/edge/request). No log line and no metric
// label may contain a text that the client has chosen, such as a path, a header or a body;
// docs/security.md lists all log lines.
//
// In reading order: recorder.go records the status and size of an answer; refusals.go says which
// answers are refusals, and limits how many are logged; guesses.go counts the failed guesses of
// ids; metrics.go has the metrics, lines.go the log lines, and spans.go the spans; observe.go has
// the handler that counts, logs and traces requests; panics.go has the handler that answers after a
// panic.
//
// An Observer is safe for concurrent use and starts no goroutine. engine/edge/problem/respond logs
// errors of the service with their texts.
package observe
