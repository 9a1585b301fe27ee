// Package loopback answers one question: is this for the machine that we run on alone?
//
// Telling a loopback address, and refusing names by which a page in a browser would reach one, belong
// here, all in loopback.go. Who may do what behind it does not: that is engine/process/door.
//
// It runs nothing. It must never let a foreign host name through.
package loopback
