// Package customers compares what was read about customers, during the run and at its end, with the
// log.
package customers
