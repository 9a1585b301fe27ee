// Package cluster runs PostgreSQL: a primary with durable commits, and a standby that streams from
// it. It has the faults of both.
package cluster
