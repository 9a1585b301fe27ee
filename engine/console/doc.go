// Package console has the pages with which an operator looks at a service: what it does now and
// what waits, the history of a stream, the events that follow from one request, and the rows of a
// read model beside the events that made them.
//
// The routes of the console, and the code that reads what one page shows, belong in this package.
// engine/console/guard refuses requests that other web pages cause, engine/console/login knows the
// operator, engine/console/page renders, and engine/console/overview, history, cause, refold and
// act have one subject each. The subcommand ops serve (engine/process/ops/serve) runs the console.
//
// In reading order: routes.go has the routes; now.go, acts.go, streams.go, causation.go and rows.go
// have the pages; trace.go links to traces; answer.go renders pages, and answers errors; console.go
// has the Console.
//
// Package console has no table and starts no goroutine. It knows no aggregate, projection or
// workflow by name: a service passes its lists, so what a service adds appears without code. A page
// must never change anything: only the acts of engine/console/act do, after a page has said what an
// act will do. The console has no key of persons, so it never shows personal data.
package console
