// Package logchecks compares the log, its keys and its messages with the answers that clients got.
package logchecks
