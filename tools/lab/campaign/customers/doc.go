// Package customers compares the answers about customers, during a run and at its end, with the
// log.
package customers
