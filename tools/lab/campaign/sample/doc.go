// Package sample holds what the campaign knows of the sample service: the names of its events, the
// texts that commands carry, its subjects, and how many processes of it run.
package sample
