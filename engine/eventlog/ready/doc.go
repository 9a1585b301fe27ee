// Package ready answers one question: do appends succeed now, and if not, why?
//
// Finding out what keeps appends from succeeding, for readiness and for operators, belongs here:
// locks that a session holds, a full queue of notifications, the error of the last flight. Knowing
// the locks does not: engine/eventlog/lock knows which ones count. ready.go asks, and is told of
// each flight; standstill.go remembers flights that were held up.
//
// It has no table and no goroutine; Appends may be used by many. It must never cost appends
// anything: it takes no lock, and appends nothing.
//
// engine/eventlog/delivery notes each flight, and a program's readiness in engine/process/api asks
// through engine/eventlog.
package ready
