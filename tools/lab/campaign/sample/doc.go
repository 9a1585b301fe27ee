// Package sample holds what the campaign knows about the sample service: the stored names of its
// events, the texts in commands, the subjects of tokens, and the number of processes.
package sample
