// Package overview answers two questions of an operator: what does the service do now, and what
// waits for somebody? It reads the lag of projections and workflows, the processes that run them,
// the outbox, the rate of events, and everything that is parked or dead.
//
// Code that reads this state for the console belongs in this package; the acts that change it are
// in engine/console/act. All code is in overview.go.
//
// Package overview uses the functions of the subcommands ops stats, ops projections list, ops
// workflows list and ops messages list, so that the console and the subcommands say the same. It
// has no table and no goroutine, and must never change anything.
package overview
