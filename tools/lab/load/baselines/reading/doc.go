// Package reading holds the contests that measure queries: reads of one account, and the time from
// a write until a read shows it.
package reading
