// Package reading holds the contests of queries: one account, and the way from a write to the read
// that shows it.
package reading
