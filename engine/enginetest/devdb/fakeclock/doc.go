// Package fakeclock lets a test shift the clock of one PostgreSQL server, by the library
// libfaketime.
//
// Code for the environment of such a server, and for the file with the offset, belongs in
// fakeclock.go. The start of the server belongs in engine/enginetest/devdb. Package fakeclock must
// never change the clock of the machine, or of the program that imports package fakeclock.
package fakeclock
