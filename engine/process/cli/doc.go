// Package cli is the command line of every program: its help, its version, and its errors.
//
// Reading arguments belongs here. Acting on them does not, nor does the environment: the package
// must never look at anything that is set up. It imports nothing but the standard library, because
// the smallest programs use it, too.
//
// In reading order: program.go describes a command line, parse.go parses it, check.go has checks of
// arguments, help.go writes the help, version.go says what the program was built from.
//
// It runs nothing. The configuration of a program is engine/process/env.
package cli
