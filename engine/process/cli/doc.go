// Package cli is the command line of every program: its help, its version, and its errors.
//
// Put the parsing of arguments in this package. Actions on the arguments belong in the program.
// Package cli must never read the environment, open a file or connect to anything. Package cli
// imports only the standard library, because the smallest programs use package cli, too.
//
// In reading order: program.go describes a command line, parse.go parses it, check.go has checks of
// arguments, help.go writes the help, version.go says what the program was built from.
//
// Package cli starts no goroutine. The configuration of a program is in engine/process/env.
package cli
