// Package platform provides what a development server needs from the operating system: an account
// that may run the server, the free space of a directory, a lock on a file, and a check whether a
// process is alive.
//
// System calls that differ between Unix and Windows belong in this package. Code that runs programs
// of PostgreSQL belongs in the other packages of engine/enginetest/devdb. In reading order:
// system_unix.go has the system calls, and system_windows.go has the same functions without system
// calls; account.go finds the account, takes_unix.go and takes_windows.go make a command run as
// that account.
//
// Package platform must never let a program of PostgreSQL run as root.
package platform
