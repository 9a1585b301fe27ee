// Package sample holds facts about the service that the campaign (a test program) tests: the stored
// names of its events, the texts in commands, the subjects of tokens, and the number of processes.
package sample
