// Package pump answers one question: what does a workflow over two streams look like? A pump takes
// water from one vessel and gives it to another vessel. If the other vessel is full, the pump gives
// the water back to the first vessel. If the pump gets no water in time, it expires.
//
// pump.go has the events of both aggregates, vessel.go and pumps.go have their functions that
// decide, and workflow.go has the aggregates and the workflow.
//
// Package pump has no table and starts no goroutine. Only tests may import it: engine/test/workflow
// runs it on PostgreSQL. Its functions must never read anything but their arguments.
package pump
