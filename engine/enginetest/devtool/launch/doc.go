// Package launch builds a program of the folder tools/ with go build, and becomes that program.
// Code with many dependencies is compiled in tools/, so that the command that everybody types
// starts within seconds.
//
// Put code that finds the program and becomes it in this package: launch.go does both,
// become_unix.go and become_windows.go replace the process. The build belongs in
// engine/enginetest/devtool/gotool. Package launch must never import more than the standard library
// and packages that import only that.
package launch
