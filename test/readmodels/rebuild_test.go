package readmodels_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/test/testdb"
)

// While read models are rebuilt and a rebuild is undone, clients write and read all the time. No
// query fails, and no query returns an older state than an earlier query. Each query returns the
// result of all events up to its position.
func TestQueriesWhileTheirTablesAreReplaced(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	rig.Fill(t, pool, "account", events.AccountOpened{Owner: "Ada", Currency: "EUR"}, events.MoneyDeposited{Amount: 1, Reference: "x"}, 100, 120)
	h, projector, id := accounts(t, pool), sample(t, pool), uuid.New()
	position := rig.Handle(t, h, id, open("Ada"))
	service := rig.Connect(t, testdb.ServiceURL(t, url)) // reads with the grants of the service's login, which the rebuild must copy
	var writes, reads atomic.Int64
	names := []string{balances.Name, statements.Name, customers.Name}
	for _, name := range names {
		rig.WaitFor(t, pool, name, position)
	}
	await.Background(t, func(ctx context.Context) error { return rig.KeepHandling(ctx, &writes, h, id, deposit(1)) })
	for _, query := range []func(context.Context) (int64, error){readBalance(service, id), readList(service), readStatement(service, id)} {
		await.Background(t, func(ctx context.Context) error { return rig.KeepReading(ctx, &reads, query) })
	}

	rig.Do(t, pool, `UPDATE balances SET owner = 'wrong' WHERE account_id <> $1`, id)
	rig.Do(t, pool, `UPDATE statement_lines SET reference = 'wrong' WHERE account_id <> $1`, id)
	const wrong = `SELECT (SELECT count(*) FROM balances WHERE owner = 'wrong') + (SELECT count(*) FROM statement_lines WHERE reference = 'wrong')`
	rig.CheckRebuilds(t, pool, projector, names, wrong, 100+100*119)
	before := writes.Load()
	await.True(t, "writers and readers go on", func() bool { return writes.Load() > before+5 && reads.Load() >= 100 })
}

// readBalance returns a query of one account. The query checks that the balance is the version
// minus 1, because every event except the opening is a deposit of 1.
func readBalance(pool *pgxpool.Pool, id uuid.UUID) func(context.Context) (int64, error) {
	queries := balances.NewQueries(pool)
	return func(ctx context.Context) (int64, error) {
		got, at, err := queries.Get(ctx, "", id)
		if err == nil && got.Balance != got.Version-1 {
			err = fmt.Errorf("account %+v at %d", got, at)
		}
		return at, err
	}
}

func readList(pool *pgxpool.Pool) func(context.Context) (int64, error) {
	queries := balances.NewQueries(pool)
	return func(ctx context.Context) (int64, error) {
		got, at, err := queries.List(ctx, balances.Filter{Sort: "-opened_at", Limit: 200})
		if err == nil && len(got.Accounts) != 101 {
			err = fmt.Errorf("%d accounts at %d", len(got.Accounts), at)
		}
		return at, err
	}
}

// readStatement returns a query that checks the last line of a statement. The position of the line
// must be the position of the read model, because only this account gets new events.
func readStatement(pool *pgxpool.Pool, id uuid.UUID) func(context.Context) (int64, error) {
	queries := statements.NewQueries(pool)
	return func(ctx context.Context) (int64, error) {
		page, at, err := queries.Lines(ctx, "", id, 0, 1_000_000)
		got := page.Lines
		if count := len(got); err == nil && count > 0 && (got[count-1].Position != at || got[count-1].Balance != int64(count)) {
			err = fmt.Errorf("%d lines up to %+v at %d", count, got[count-1], at)
		}
		return at, err
	}
}

// After a rebuild, the new tables have the same properties as the old tables. Their indexes and
// constraints have the names that migrations gave to those of the old tables. The next migration
// can therefore refer to these names.
func TestTheSamplesRebuiltTablesAreLikeTheOldOnes(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	rig.Handle(t, accounts(t, pool), uuid.New(), open("Ada"), deposit(1), deposit(2))
	tables := slices.Concat(balances.Tables, statements.Tables, customers.Tables)
	before := rig.Shape(t, pool, tables)
	projector := sample(t, pool)
	for _, name := range []string{balances.Name, statements.Name, customers.Name} {
		rig.Rebuild(t, projector, name)
	}
	if after := rig.Shape(t, pool, tables); after != before {
		t.Errorf("the tables were\n%s\nand are\n%s", before, after)
	}
	if !strings.Contains(before, "balances_of_subject_by_owner") || !strings.Contains(before, "fillfactor=80") || !strings.Contains(before, `.service\"=`) {
		t.Errorf("the comparison sees too little:\n%s", before)
	}
}

// A new read model must apply the whole log before it may be read. Until then queries return an
// error, because the rows would be wrong, and not only out of date.
func TestQueriesOfWhatIsNotBuilt(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	rig.Handle(t, accounts(t, pool), uuid.New(), open("Ada"), deposit(1))
	queries, lines := balances.NewQueries(pool), statements.NewQueries(pool)
	unbuilt := func(when string) {
		t.Helper()
		if _, _, err := queries.Get(t.Context(), "", uuid.New()); !errors.Is(err, event.ErrNotBuilt) {
			t.Errorf("%s: Get: %v", when, err)
		}
		if _, _, err := queries.List(t.Context(), balances.Filter{Limit: 1}); !errors.Is(err, event.ErrNotBuilt) {
			t.Errorf("%s: List: %v", when, err)
		}
		if _, _, err := lines.Lines(t.Context(), "", uuid.New(), 0, 1); !errors.Is(err, event.ErrNotBuilt) {
			t.Errorf("%s: Lines: %v", when, err)
		}
	}
	unbuilt("before anybody projects")
	rig.Do(t, pool, `INSERT INTO checkpoints (projection, position, built_at) VALUES ('balances', 1, NULL), ('statements', 1, NULL)`)
	unbuilt("half built")
}
