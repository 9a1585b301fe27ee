// Package sample holds what the campaign knows of the sample service: the names of its events, the
// texts in commands, its subjects, and how many processes run.
package sample
