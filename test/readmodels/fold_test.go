// Package readmodels_test tests the guarantees of the sample's read models on a real PostgreSQL
// server. The tests in engine/test/projection check the guarantees that every read model has.
package readmodels_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/test/testdb"
)

// accounts returns a handler of account commands. The handler appends to a log that uses the given
// pool.
func accounts(t *testing.T, pool *pgxpool.Pool) *command.Handler[account.State, account.Command] {
	t.Helper()
	return command.NewHandler(rig.Store(t, pool, events.DecodeEvent), "account", account.Decide, account.Evolve)
}

func deposit(amount int64) account.Command { return account.Deposit{Amount: amount} }

func withdraw(amount int64) account.Command { return account.Withdraw{Amount: amount} }

func open(owner string) account.Command { return account.Open{Owner: owner, Currency: "EUR"} }

// newProjector returns a projector with the read models balances and statements. The parameter
// batch is the largest number of events in one transaction; 0 means the default.
func newProjector(pool *pgxpool.Pool, batch int) *projection.Projector {
	log := eventlog.New(pool, eventlog.Config{Decode: events.DecodeEvent})
	projector := rig.Projector(pool, log, projection.Config{Decode: events.DecodeEvent, MaxBatch: batch})
	projector.Add(balances.Name, balances.Apply, balances.Tables...)
	projector.Add(statements.Name, statements.Apply, statements.Tables...)
	return projector
}

// sample returns a running projector with all read models of the sample domain.
func sample(t *testing.T, pool *pgxpool.Pool) *projection.Projector {
	t.Helper()
	projector := newProjector(pool, 0)
	projector.Add(customers.Name, projection.Each(customers.Apply), customers.Tables...)
	await.Background(t, projector.Run)
	return projector
}

// Guarantee G5: the tables of a read model contain exactly the result of all events in the log.
func TestTheSamplesReadTablesAreTheFoldOfTheLog(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := accounts(t, pool)
	projector := newProjector(pool, 7) // several batches, the last of which is not full
	await.Background(t, projector.Run)

	id := uuid.New()
	for i := range 10 {
		rig.Handle(t, h, uuid.New(), open(fmt.Sprint("other ", i)))
	}
	position := rig.Handle(t, h, id, open("Ada"), account.Command(account.Deposit{Amount: 70, Reference: "pay"}), withdraw(30),
		withdraw(40), account.Command(account.Close{}))
	rig.WaitFor(t, pool, balances.Name, position)
	rig.WaitFor(t, pool, statements.Name, position)

	got, at, err := balances.NewQueries(pool).Get(t.Context(), "", id)
	if err != nil || at != position {
		t.Fatalf("position %d, want %d, %v", at, position, err)
	}
	got.OpenedAt, got.UpdatedAt = time.Time{}, time.Time{}
	want := balances.Account{ID: id, Owner: "Ada", Currency: "EUR", Status: "closed", Version: 5}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	page, _, err := statements.NewQueries(pool).Lines(t.Context(), "", id, 0, 10)
	if err != nil || page.More {
		t.Fatal(page.More, err)
	}
	var found []string
	for _, line := range page.Lines {
		found = append(found, fmt.Sprintf("%d %s %d = %d %s", line.Version, line.Kind, line.Amount, line.Balance, line.Reference))
	}
	if diff := cmp.Diff([]string{"2 deposit 70 = 70 pay", "3 withdrawal 30 = 40 ", "4 withdrawal 40 = 0 "}, found); diff != "" {
		t.Errorf("statement (-want +got):\n%s", diff)
	}
}
