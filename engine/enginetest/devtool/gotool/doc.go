// Package gotool builds the programs of this clone with go build, shows the progress, and ends the
// build when it receives a signal to stop.
//
// Put calls of the go command in this package: build.go builds, command.go returns a command line,
// progress.go shows the progress, revision.go finds the clone's revision, stopped.go ends a context
// at a signal. Code that runs the built program belongs in engine/enginetest/devtool/launch.
// cmd/dev imports package gotool, so it must never import anything but the standard library.
package gotool
