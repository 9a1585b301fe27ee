package fakelog_test

import (
	"testing"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/fakelog"
	"example.com/pgcqrs/engine/enginetest/storetest"
)

// The log in memory follows the same rules as the log on PostgreSQL.
func TestLogKeepsTheContractOfAStore(t *testing.T) {
	t.Parallel()
	storetest.Check(t, func(*testing.T) command.Store { return fakelog.New() })
	storetest.CheckTags(t, func(*testing.T) storetest.TaggedStore { return fakelog.New() })
}

// Events whose ids are derived from one identity are appended only once.
func TestWorkWithAnIdentityIsRecordedOnce(t *testing.T) {
	t.Parallel()
	storetest.CheckIdentity(t, fakelog.New())
}
