// Package loglevel changes the level of a running process's log: an operator can see more lines for
// some time, without a restart that would end the state they want to look at.
//
// Code that reads or changes the level belongs in this package. engine/process/probe serves it at
// the address of the probes, where no caller needs a token. For this reason a request can only lower
// the level, and never raise it above LOG_LEVEL: an attacker who reaches the address can't turn off
// the lines that show what they do. A change ends by itself, so that nobody forgets it.
//
// In reading order: level.go has the level, serve.go answers requests about it.
//
// A Level is safe for concurrent use. It starts one timer, which Level.Close stops. A change is not
// stored, and does not survive a restart.
package loglevel
