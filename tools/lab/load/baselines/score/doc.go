// Package score holds the results of a contest: the figures of all rounds, their median and
// extremes, and rows with goals.
package score
