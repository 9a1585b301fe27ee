// Package process has the parts that every process needs to run: its logger, its memory limit, and
// an HTTP server that starts and stops without failing a request.
//
// Code that is the same for every program belongs in this package. The configuration of a program
// belongs in engine/process/env, its readiness in engine/process/probe, the limit on its
// connections in engine/process/connlimit, and its command line in engine/process/cli. Each program
// has its own package: engine/process/api, engine/process/projector, engine/process/migrate,
// engine/process/ops. Only the programs, these packages and the issuer for development import
// package process.
//
// In reading order: log.go makes the logger, serve.go serves HTTP and shuts down, memory.go
// configures the garbage collector.
//
// The caller must call Server.Run and TendMemory. The log must never contain a database URL or a
// secret.
package process
