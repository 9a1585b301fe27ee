package command_test

import (
	"testing"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/storetest"
)

// The log in memory keeps the contract that the one in PostgreSQL keeps.
func TestMemoryKeepsTheContractOfAStore(t *testing.T) {
	t.Parallel()
	storetest.Check(t, func(*testing.T) command.Store {
		m, _ := newHandler()
		return m
	})
}
