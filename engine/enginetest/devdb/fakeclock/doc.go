// Package fakeclock gives one PostgreSQL server a wrong clock, by libfaketime.
//
// Put the variables with which such a server starts, and the file that its processes read, in
// fakeclock.go. The start of the server belongs in engine/enginetest/devdb. Package fakeclock must
// never change the clock of the machine, or of the program that imports package fakeclock.
package fakeclock
