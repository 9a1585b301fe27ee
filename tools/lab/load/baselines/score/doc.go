// Package score holds the results of a contest: figures of several rounds, their median and
// extremes, and rows with goals.
package score
