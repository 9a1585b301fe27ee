package command_test

import (
	"testing"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/storetest"
)

// The Store that keeps events in memory passes the same conformance tests as the Store that uses
// PostgreSQL.
func TestMemoryKeepsTheContractOfAStore(t *testing.T) {
	t.Parallel()
	storetest.Check(t, func(*testing.T) command.Store {
		m, _ := newHandler()
		return m
	})
}
