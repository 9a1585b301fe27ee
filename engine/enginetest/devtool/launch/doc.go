// Package launch builds a program of the folder tools/ with go build, and then replaces the running
// process by that program. The commands that developers type, such as cmd/dev, have few
// dependencies, so they start within seconds. Code with many dependencies is in tools/, and is
// compiled only when it is needed.
//
// Code that finds a program of tools/ and replaces the running process by it belongs in this
// package. launch.go does both, and calls become_unix.go or become_windows.go to replace the
// process. The build belongs in engine/enginetest/devtool/gotool. Package launch must import only
// the standard library, and packages that import only the standard library.
package launch
