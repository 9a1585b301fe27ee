// Package traffic holds the code that the attacker and the measured client share. It has an HTTP
// client that sends from a given address, a schedule of requests, and a count of the results by
// kind.
package traffic
