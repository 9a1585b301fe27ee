// Package loopback tells whether an address can be reached only from this machine.
//
// Put code that recognizes a loopback address, and code that rejects host names by which a web page
// in a browser could reach one, in loopback.go. The authorization of requests belongs in
// engine/process/door.
//
// Package loopback starts no goroutine. Package loopback must never accept a foreign host name.
package loopback
