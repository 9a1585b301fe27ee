// Package traffic holds what both clients' requests share: an address to send from, a schedule, and
// a count of the results, by kind.
package traffic
