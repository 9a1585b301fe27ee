// Package collect reads all data that a run has left, once nothing changes any more.
package collect
