// Package shell unsets the variables of the developer's shell that would direct a connection to
// another server.
//
// Put code that names and unsets PGHOST, PGSERVICE and similar variables in shell.go. The
// environment of the server's programs belongs in engine/enginetest/devdb/binaries. Package shell
// changes the environment of the process, so a program that goes to production must never call
// package shell.
package shell
