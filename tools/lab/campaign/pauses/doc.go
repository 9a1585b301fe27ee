// Package pauses measures how long commands to processes without a fault took.
package pauses
