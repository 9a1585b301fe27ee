// Package logchecks compares the log, its keys and its messages with what clients were answered.
package logchecks
