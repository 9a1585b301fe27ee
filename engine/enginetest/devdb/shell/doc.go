// Package shell answers one question: which variables of the developer's shell would direct a
// connection to another server?
//
// Naming and unsetting PGHOST, PGSERVICE and their like belongs here, in shell.go. The environment
// of a server's own programs does not: that is engine/enginetest/devdb/binaries. It changes the
// environment of the process, and so must never be called by a program that goes to production.
package shell
