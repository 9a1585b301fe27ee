// Package history holds the requests, answers and observations of a run. Package history contains
// no code that starts or controls a program. Package history does not check anything: this is the
// task of package checks.
package history
