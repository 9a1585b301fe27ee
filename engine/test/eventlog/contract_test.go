package eventlog_test

import (
	"testing"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/storetest"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

// The log on PostgreSQL passes the tests of the package storetest. The tests of engine/command use
// fakes instead of the log, and these fakes pass the same tests.
func TestStoreKeepsItsContract(t *testing.T) {
	t.Parallel()
	storetest.Check(t, func(t *testing.T) command.Store { return rig.Store(t, connect(t, testdb.New(t)), storetest.Decode) })
}

// The log on PostgreSQL also passes the tests about tags and conditions.
func TestStoreKeepsItsContractOfTags(t *testing.T) {
	t.Parallel()
	storetest.CheckTags(t, func(t *testing.T) storetest.TaggedStore {
		return rig.Store(t, connect(t, testdb.New(t)), storetest.DecodeTagged)
	})
}

// Events whose ids are derived from one identity are appended only once.
func TestWorkWithAnIdentityIsRecordedOnce(t *testing.T) {
	t.Parallel()
	storetest.CheckIdentity(t, rig.Store(t, connect(t, testdb.New(t)), storetest.Decode))
}
