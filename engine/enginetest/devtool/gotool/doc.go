// Package gotool builds programs of this clone with go build, and shows the progress. When the
// running program receives a signal to stop, package gotool ends the build.
//
// Calls of the go command belong in this package: build.go builds programs, command.go returns a
// command line, progress.go shows the progress, revision.go finds the clone's git revision, and
// stopped.go ends a context when a signal arrives. Code that runs the built program belongs in
// engine/enginetest/devtool/launch. Package gotool must never import anything but the standard
// library, because cmd/dev imports package gotool and must compile quickly.
package gotool
