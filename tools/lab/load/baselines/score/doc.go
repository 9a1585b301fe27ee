// Package score holds the results of a benchmark: the figures of all rounds, their median and
// extremes, and the rows of the report with their goals.
package score
