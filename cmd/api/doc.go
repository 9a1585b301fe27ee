// Command api serves the HTTP API: it appends the events of commands to the log, and answers
// queries from the read models.
//
// Put only wiring in this folder: the function run of main.go passes the service to the engine,
// config.go lists the environment variables, and wire.go joins the domain to the log. Decisions
// belong in internal/write, answers in internal/read, and operations in internal/httpapi. The
// related packages of the engine are engine/process/api (the process), engine/edge (the handlers
// before each operation), engine/command and engine/eventlog (decisions and appends).
package main
