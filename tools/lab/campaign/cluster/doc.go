// Package cluster runs PostgreSQL servers: a primary with durable commits, and a standby that
// streams from the primary. Package cluster can also cause faults of these servers.
package cluster
