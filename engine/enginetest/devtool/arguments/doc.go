// Package arguments is the command line of dev. tools/dev reads it, and cmd/dev, which answers
// help and refuses mistakes before it builds tools/dev.
//
// The verbs and their flags belong here: mistake.go is how a line is refused, database.go has the
// flag that verbs share, run.go and test.go have the others of one verb each, arguments.go lists
// the verbs. Doing what they say does not: that is tools/dev. So this package must never import
// what takes long to compile, nor look for what is set up. It stands on engine/process/cli.
package arguments
