// Command api serves the HTTP API: commands to the log, queries from the read models.
//
// Only wiring belongs here. The run of main.go is the wiring diagram, config.go is what the environment
// sets, open.go opens the databases, and wire.go joins the domain to the log. Decisions belong in
// internal/write, answers in internal/read, and operations in internal/httpapi. The engine's part of the
// same idea is engine/edge (what every request passes), engine/command and engine/eventstore (what
// decides and appends), and engine/ops (logs, metrics, probes and the end of a process).
package main
