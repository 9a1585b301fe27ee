// Package fakeclock makes the clock of one PostgreSQL server wrong, by libfaketime.
//
// The variables that a server starts with and the file that its processes read belong here, in
// fakeclock.go. Starting the server does not: that is engine/enginetest/devdb. It must never touch
// the clock of the machine, nor that of the program that uses it.
package fakeclock
