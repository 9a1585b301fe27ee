// Package interval provides pauses that end early when their context ends, and random durations.
package interval
