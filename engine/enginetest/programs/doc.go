// Package programs builds a service's programs and runs them for tests of the whole service: on
// free ports, watched by their logs, and ended cleanly.
//
// Building, starting, watching and ending a process belongs here. Configuration does not: each test
// passes a program's environment. Talking to an API does not either: that is
// engine/enginetest/caller. The package must never know one service. The processes that it runs are
// made of engine/process.
//
// In reading order: build.go builds the programs of a test binary, by Main, and runs one to its
// end; programs.go is a program that keeps running.
package programs
