// Package ready answers one question: do appends get through now, and if not, why?
//
// Looks at what keeps appends from going through, for readiness and for people, belong here: locks
// that somebody holds, a queue of notifications that is full, what the last flight failed with.
// Locks themselves do not: engine/eventlog/lock knows which ones count. ready.go asks, and is told
// of each flight; standstill.go remembers flights that were held up.
//
// It has no table and no goroutine; Appends may be used by many. It must never cost appends
// anything: it takes no lock, and appends nothing.
//
// engine/eventlog/delivery notes each flight, and the check of a program in engine/process/api asks by
// way of engine/eventlog.
package ready
