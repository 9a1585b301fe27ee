// Package collect reads everything that exists after a run, once nothing changes any more.
package collect
