// Package sample holds the campaign's knowledge of the sample service: the stored names of its
// events, the texts in commands, its subjects, and the number of processes.
package sample
