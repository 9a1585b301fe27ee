// Package loopback answers one question: can only this machine reach an address?
//
// Recognizing a loopback address, and refusing host names by which a web page in a browser would
// reach one, belong here, all in loopback.go. Authorizing requests does not: that is
// engine/process/door.
//
// It runs nothing. It must never let a foreign host name through.
package loopback
