// Package serverclock sets the clock of the first primary to a wrong time, and records the times at
// which the clock was wrong.
package serverclock
