// Package arguments is the command line of dev. Both tools/dev and cmd/dev read it: cmd/dev answers
// help and refuses mistakes before it builds tools/dev.
//
// The verbs and their flags belong here: mistake.go is how a line is refused, database.go has the
// flag that verbs share, run.go and test.go have the flags of one verb each, arguments.go lists the
// verbs. Executing a verb does not: that is tools/dev. So this package must never import anything
// that takes long to compile, nor look at the environment. It imports engine/process/cli.
package arguments
