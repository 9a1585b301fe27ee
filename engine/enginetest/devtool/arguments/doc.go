// Package arguments parses the command line of the program dev. Both tools/dev and cmd/dev use
// package arguments. So cmd/dev can print help and reject wrong command lines before it compiles
// tools/dev.
//
// The commands of dev and their flags belong in this package. mistake.go has the error for a wrong
// command line; database.go has a flag that several commands share; run.go, seed.go and test.go
// each have the flags of one command; arguments.go lists the commands. Code that executes a command
// belongs in tools/dev. Package arguments must never import a package that takes long to compile,
// and must never read the environment. Package arguments imports engine/process/cli.
package arguments
