// Package reading holds the contests of queries: of one account, and of the time from a write to
// the read that shows it.
package reading
