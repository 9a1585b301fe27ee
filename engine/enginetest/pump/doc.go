// Package pump answers one question: what does a workflow over two streams look like? Its pumps move
// water from one vessel to another: they take it, give it, or give it back if the other vessel is
// full, and expire if that takes too long.
//
// pump.go has the events of both aggregates, vessel.go and pumps.go decide, and workflow.go has the
// aggregates and the workflow.
//
// Package pump has no table and starts no goroutine. Only tests may import it: engine/test/workflow
// runs it on PostgreSQL. Its functions must never read anything but their arguments.
package pump
