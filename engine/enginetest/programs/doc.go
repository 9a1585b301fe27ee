// Package programs builds the programs of a service and runs them, for tests of the whole service.
// The programs run on free ports, are observed through their logs, and must end without an error.
//
// Code that builds, starts, observes or ends a process belongs in this package. The configuration
// of a program comes from the test, which passes an environment. Code that sends requests belongs
// in engine/enginetest/caller. Package programs must never depend on a particular service. The
// programs that it runs use engine/process.
//
// In reading order: build.go builds the programs in the function Main, and runs a program until it
// ends; log.go checks the lines that programs log; programs.go runs a program in the background.
package programs
