// Package launch builds a program of the folder tools/ with go build, and becomes it. Code with
// many dependencies is compiled there, so that the command that everybody types starts within
// seconds.
//
// Finding the program and becoming it belongs here: launch.go does both, become_unix.go and
// become_windows.go replace the process. Building does not: that is
// engine/enginetest/devtool/gotool. This package must never import more than the standard library
// and what builds on that alone.
package launch
