package eventlog_test

import (
	"testing"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/storetest"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

// The log keeps the contract that the stand-ins of engine/command's tests keep.
func TestStoreKeepsItsContract(t *testing.T) {
	t.Parallel()
	storetest.Check(t, func(t *testing.T) command.Store { return rig.Store(t, connect(t, testdb.New(t)), storetest.Decode) })
}
