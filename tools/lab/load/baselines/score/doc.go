// Package score holds what a contest comes to: figures of several rounds, their middle and ends,
// and the rows that are to reach a goal.
package score
