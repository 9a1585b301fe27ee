// Package programs builds a service's programs and runs them for tests of the whole service: on
// free ports, observed through their logs, and with a clean end.
//
// Put code that builds, starts, observes and ends a process in this package. The configuration of a
// program comes from the test, which passes an environment. Code that sends requests belongs in
// engine/enginetest/caller. Package programs must never know a particular service. The processes
// that package programs runs are built on engine/process.
//
// In reading order: build.go builds the programs of a test binary, in Main, and runs a program to
// its end; programs.go runs a program that keeps running.
package programs
