// Command api serves the HTTP API: it appends the events of commands to the log, and answers
// queries from the read models.
//
// Put only wiring in this folder: the function run of main.go passes the service to the engine,
// config.go lists the environment variables, and wire.go connects the domain with the log. Business
// rules belong in internal/write, queries in internal/read, and HTTP operations in
// internal/httpapi. The related packages of the engine are engine/process/api (the process),
// engine/edge (the HTTP handlers before each operation), engine/command (which executes commands)
// and engine/eventlog (which appends events).
package main
