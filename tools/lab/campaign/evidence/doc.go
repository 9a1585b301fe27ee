// Package evidence holds the history of a run with indexes, and the verdict of a check.
package evidence
