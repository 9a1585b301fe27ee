// Package evidence holds a history with indexes, and the verdict of a check.
package evidence
