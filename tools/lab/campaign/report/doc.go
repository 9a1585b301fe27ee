// Package report prints what a run has found, and writes it as JSON.
package report
