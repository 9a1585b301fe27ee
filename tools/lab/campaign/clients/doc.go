// Package clients sends commands and queries, and records every answer. Each client sends one
// request at a time.
package clients
