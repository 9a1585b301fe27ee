// Package history holds the requests, answers and observations of a run. Package history does not
// depend on the programs that ran. Package history judges nothing: this is the task of package
// checks.
package history
