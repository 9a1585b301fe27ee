// Package world starts, connects and ends everything that runs: PostgreSQL, the broker, the issuer,
// three API processes and three projectors.
package world
