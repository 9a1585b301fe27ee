package eventlog_test

import (
	"testing"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/storetest"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

// The log passes the tests of storetest, which the fakes in the tests of engine/command also pass.
func TestStoreKeepsItsContract(t *testing.T) {
	t.Parallel()
	storetest.Check(t, func(t *testing.T) command.Store { return rig.Store(t, connect(t, testdb.New(t)), storetest.Decode) })
}
