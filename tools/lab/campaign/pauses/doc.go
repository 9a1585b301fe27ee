// Package pauses measures how long commands took of processes that were left alone.
package pauses
