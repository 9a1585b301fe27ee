// Package interval has pauses that end with their context, and random durations.
package interval
