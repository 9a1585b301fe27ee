// Command api serves the HTTP API: it appends commands' events to the log, and answers queries from
// the read models.
//
// Only wiring belongs here. The run of main.go hands the service to the engine, config.go lists
// what the environment sets, and wire.go joins the domain to the log. Decisions belong in
// internal/write, answers in internal/read, and operations in internal/httpapi. The engine's part
// of the same idea is engine/process/api (the process), engine/edge (what every request passes),
// engine/command and engine/eventlog (what decides and appends).
package main
