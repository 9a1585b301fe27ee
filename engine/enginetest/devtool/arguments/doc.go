// Package arguments parses the command line of the program dev. Both tools/dev and cmd/dev use
// package arguments: cmd/dev prints help and rejects mistakes before it builds tools/dev.
//
// Put the verbs and their flags in this package: mistake.go has the error for a wrong command line,
// database.go has the flag that verbs share, run.go and test.go have the flags of one verb each,
// arguments.go lists the verbs. Code that executes a verb belongs in tools/dev. Package arguments
// must never import a package that takes long to compile, or read the environment. Package
// arguments imports engine/process/cli.
package arguments
