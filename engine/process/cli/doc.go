// Package cli handles the command line of every program: the help, the version, and errors in the
// arguments.
//
// Code that parses arguments belongs in this package. Code that acts on the arguments belongs in
// the program. Package cli must never read the environment, open a file or connect to anything.
// Package cli imports only the standard library, because even the smallest programs use it.
//
// In reading order: program.go describes a command line, parse.go parses it, check.go has checks of
// arguments, help.go writes the help, version.go says from which version and revision the program
// was built.
//
// Package cli starts no goroutine. The configuration of a program is in engine/process/env.
package cli
