// Package shell unsets variables of the developer's shell that would direct a connection to another
// database server.
//
// Code that lists or unsets variables such as PGHOST and PGSERVICE belongs in shell.go. The
// environment of the server's programs belongs in engine/enginetest/devdb/binaries. Package shell
// changes the environment of the process, so a program that goes to production must never call
// package shell.
package shell
