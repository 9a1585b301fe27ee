// Package pauses measures the times of commands to processes without a fault.
package pauses
