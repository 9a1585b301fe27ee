// Package gotool has go build the programs of this clone, shows how far that is, and says when to
// stop.
//
// Running the go command belongs here: build.go builds, command.go makes its command line,
// progress.go shows how far it is, revision.go tells the clone's revision, stopped.go ends a
// context when somebody says to stop. Running the program does not: that is
// engine/enginetest/devtool/launch. cmd/dev stands on it: it must never import anything but the
// standard library.
package gotool
