package pg_test

import (
	"context"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg"
)

// A readiness check succeeds even if all connections of the pool are in use: the check then opens a
// new connection.
func TestLookWhileThePoolHasNoneToGive(t *testing.T) {
	t.Parallel()
	pool, err := pg.Open(t.Context(), testdb.New(t), t.Name(), 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	taken, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // the time limit of a readiness check
	defer cancel()
	if err := pg.CheckWrites(ctx, pool); err != nil {
		t.Error(err)
	}
	taken.Release()
	if err := pg.CheckWrites(t.Context(), pool); err != nil {
		t.Error(err)
	}
}
