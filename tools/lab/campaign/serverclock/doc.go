// Package serverclock sets the clock of the first primary wrong, and records when it did.
package serverclock
