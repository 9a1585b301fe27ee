// Package history holds the requests, answers and observations of a run. Package history does not
// depend on the programs that ran, and judges nothing: the packages of the checks judge.
package history
