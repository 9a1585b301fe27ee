// Package process runs a program, starts it again whenever it ends, and stops it and its children
// for a while.
package process
