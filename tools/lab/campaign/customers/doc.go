// Package customers compares what was read of customers, all the while and at the end, with the
// log.
package customers
