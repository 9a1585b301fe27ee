// Package cause answers one question: what has happened because of one request? It reads the events
// with a correlation id and builds their tree: a command has events, and an event has messages,
// jobs of workflows, and the commands that were sent because of it.
//
// Code that reads correlation ids for the console belongs in this package; engine/console shows the
// tree. In reading order: cause.go reads the events; tree.go builds the tree; waiting.go reads the
// messages and jobs that are not done; reader.go has the Reader.
//
// Package cause reads the tables outbox, dead_messages, workflow_instances and river_job. It starts
// no goroutine. No index has the correlation ids, because each append would pay for it. Therefore a
// read scans a limited range of positions, around a known position or at the end of the log. The
// tree says which range that was. A read also follows the instances of workflows to positions
// outside of the range.
package cause
