// Package gotool builds the programs of this clone with go build, shows the progress, and ends the
// build when it is told to stop.
//
// Running the go command belongs here: build.go builds, command.go makes its command line,
// progress.go shows the progress, revision.go finds the clone's revision, stopped.go ends a context
// at a signal. Running the program does not: that is engine/enginetest/devtool/launch. cmd/dev
// imports it: it must never import anything but the standard library.
package gotool
