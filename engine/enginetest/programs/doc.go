// Package programs builds a service's programs and runs them as tests of the whole service need
// it: on free ports, watched by their logs, and ended well.
//
// Building, starting, watching and ending a process belongs here, in programs.go. Configuration
// does not: each test hands in a program's environment. The package must never know one service.
// The processes that it runs are made of engine/ops.
package programs
