// Package platform has what a server of development asks of the operating system: an account that
// may run it, free memory, a lock on a file, whether a process lives.
//
// System calls that differ between Unix and Windows belong here. PostgreSQL does not: what runs by
// that account is in the packages of engine/enginetest/devdb. In reading order: system_unix.go has
// the calls, and system_windows.go says that there are none; account.go finds the account,
// takes_unix.go and takes_windows.go run a command by it.
//
// It must never let a program of PostgreSQL run as root.
package platform
