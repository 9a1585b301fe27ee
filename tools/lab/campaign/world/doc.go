// Package world starts, connects and ends all programs of a campaign (a test of a running service):
// PostgreSQL, the broker, the issuer, three API processes and three projectors.
package world
