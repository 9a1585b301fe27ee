// Package cluster is PostgreSQL: a primary, whose commits are durable, a standby that streams from
// it, and what can be done to both.
package cluster
