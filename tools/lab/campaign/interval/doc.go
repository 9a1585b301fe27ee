// Package interval provides pauses that end early with their context, and random durations.
package interval
