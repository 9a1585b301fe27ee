// Package clients sends commands and queries, one after another per client, and records every
// answer.
package clients
