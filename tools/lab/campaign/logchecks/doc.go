// Package logchecks compares the log, the idempotency keys and the messages with the answers that
// clients got.
package logchecks
