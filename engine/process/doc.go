// Package process is what every process needs to be run: its configuration from the environment, its
// log, its probes and its way to start and end.
//
// Everything that is the same for each program belongs here. The work of one program is in a
// package of its own below: engine/process/api, engine/process/projector, engine/process/migrate,
// engine/process/ops. This one must never import anything of ours but engine/process/cli; only programs
// and those packages import it, and the issuer for development.
//
// In reading order: env.go and field.go fill a configuration's struct from the environment, and
// refuse what is wrong by the variable's name; secret.go refuses a URL whose password an error
// would show, document.go writes the table of the docs from the same fields. log.go makes the
// logger. probes.go serves health, readiness and metrics for those who run the process, and
// ready.go collects the checks. serve.go serves HTTP and ends without failing anybody,
// connections.go and surplus.go bound its connections; hosts.go refuses foreign host names,
// healthcheck.go asks a process from outside, memory.go sets the garbage collector.
//
// Server.Run is the caller's to run. A database URL or a secret must never reach the log.
package process
