// Package history holds the requests, answers and observations of a run. Package history contains
// no code that starts or controls a program. Package history judges nothing: this is the task of
// package checks.
package history
