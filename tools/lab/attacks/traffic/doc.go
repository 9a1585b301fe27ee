// Package traffic is what both clients' requests have in common: an address to come from, a schedule,
// and a count of what came of them, by kind.
package traffic
