// Package clients sends commands and queries, one after another, and remembers every answer.
package clients
