// Package launch has go build a program of the folder tools/ and becomes it. Code that needs much
// is compiled there, so that the command that everybody types is there within seconds.
//
// Finding the program and becoming it belongs here: launch.go does both, become_unix.go and
// become_windows.go replace the process. Building does not: that is
// engine/enginetest/devtool/gotool. This package must never import more than the standard library
// and what builds on that alone.
package launch
