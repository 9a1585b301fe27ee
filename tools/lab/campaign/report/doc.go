// Package report prints the results of a run, and writes them as JSON.
package report
