// Package pauses measures how long commands take in processes without a fault, while other
// processes have faults.
package pauses
