// Package process has the parts that every process needs to run: its logger, its memory limit, and
// an HTTP server that starts and stops without failing a request.
//
// Put code that is the same for every program in this package. The configuration of a program
// belongs in engine/process/env, its readiness in engine/process/probe, the limit on its
// connections in engine/process/connlimit, and its command line in engine/process/cli. Each program
// has its own package for its work: engine/process/api, engine/process/projector,
// engine/process/migrate, engine/process/ops. Only the programs, those packages and the issuer for
// development import package process.
//
// In reading order: log.go makes the logger, serve.go serves HTTP and shuts down, memory.go sets
// the garbage collector.
//
// The caller must call Server.Run and TendMemory. A database URL or a secret must never reach the
// log.
package process
