// Package sample holds what the campaign (a test program) knows about the service that it tests:
// the stored names of its events, the texts in commands, the subjects of tokens, and the number of
// processes.
package sample
