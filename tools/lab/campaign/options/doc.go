// Package options holds the options of a run: how long it takes, how often faults happen, and what
// the faults may do to the log.
package options
