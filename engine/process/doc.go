// Package process is what every process needs to run: its log, its memory, and a server that starts
// and ends without failing a request.
//
// Everything that is the same for each program belongs here. Its configuration is
// engine/process/env, its readiness engine/process/probe, the bound on its connections
// engine/process/connlimit, and its command line engine/process/cli. The work of one program is in
// a package of its own: engine/process/api, engine/process/projector, engine/process/migrate,
// engine/process/ops. Only programs and those packages import this one, and the issuer for
// development.
//
// In reading order: log.go makes the logger, serve.go serves HTTP and ends, memory.go sets the
// garbage collector.
//
// The caller runs Server.Run and TendMemory. A database URL or a secret must never reach the log.
package process
