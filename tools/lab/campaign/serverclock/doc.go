// Package serverclock is the clock of the first primary, which can be set wrong, and when it was.
package serverclock
