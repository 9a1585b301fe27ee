package several_test

import (
	"testing"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/storetest"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

// The log on PostgreSQL follows the rules for appends to several streams.
func TestTheLogKeepsTheContractOfSeveralStreams(t *testing.T) {
	t.Parallel()
	storetest.CheckSeveral(t, func(t *testing.T) command.Store {
		pool, err := pg.Open(t.Context(), testdb.New(t), t.Name(), 2)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pool.Close)
		store := eventlog.New(pool, eventlog.Config{Decode: storetest.Decode})
		await.Background(t, store.Run)
		return store
	})
}
