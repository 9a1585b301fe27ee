// Package loopback tells whether an address can be reached only from this machine.
//
// Code that recognizes a loopback address belongs in loopback.go. This file also has the code that
// rejects the host names by which a web page could reach such an address. The authorization of
// requests belongs in engine/process/door.
//
// Package loopback starts no goroutine, and must never accept the name of another machine.
package loopback
