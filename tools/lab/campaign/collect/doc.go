// Package collect reads all data that a run has left. It does so when nothing changes any more.
package collect
