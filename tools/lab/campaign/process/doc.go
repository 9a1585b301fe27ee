// Package process runs a program, restarts it whenever it ends, and can stop it and its children
// for a while.
package process
