// Package serverclock sets the clock of the first primary wrong, and records the times at which it
// was wrong.
package serverclock
