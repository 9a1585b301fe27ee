// Package platform has what a development server needs from the operating system: an account that
// may run it, free memory, a lock on a file, whether a process lives.
//
// System calls that differ between Unix and Windows belong here. PostgreSQL does not: the packages
// of engine/enginetest/devdb run it with that account. In reading order: system_unix.go has the
// calls, and system_windows.go says that there are none; account.go finds the account,
// takes_unix.go and takes_windows.go run a command with it.
//
// It must never let a program of PostgreSQL run as root.
package platform
