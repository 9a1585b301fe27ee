package readmodels_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/test/testdb"
)

// A client reads a list of accounts page by page. Meanwhile other accounts are opened, changed and
// closed. Each account that exists all the time must be on exactly one page. The test uses every
// sort order, and many accounts with equal values.
func TestPagesWhileTheListChanges(t *testing.T) {
	t.Parallel()
	for _, sort := range []balances.Sort{balances.ByOpenedAt, "-" + balances.ByOpenedAt, balances.ByOwner, "-" + balances.ByOwner} {
		t.Run(string(sort), func(t *testing.T) {
			t.Parallel()
			pool := rig.Connect(t, testdb.New(t))
			rig.Do(t, pool, `INSERT INTO checkpoints (projection, built_at) VALUES ('balances', now())`)
			there := make(map[uuid.UUID]bool)
			for n := range 30 { // only 2 owners and 3 times, so that all accounts of a page have equal values
				there[insertAccount(t, pool, n)] = true
			}
			walkWhileItChanges(t, pool, balances.Filter{Subject: "ada", Sort: sort, Limit: 4}, there)
		})
	}
}

// insertAccount inserts an account. Several accounts have the same owner and the same time.
func insertAccount(t *testing.T, pool *pgxpool.Pool, n int) uuid.UUID {
	t.Helper()
	id := uuid.New()
	rig.Do(t, pool, `
		INSERT INTO balances (account_id, subject, owner, currency, balance, status, version, opened_at, updated_at)
		VALUES ($1, 'ada', 'Owner ' || $2::int % 2, 'EUR', 0, 'open', 1, '2026-01-01T00:00:00.123456Z'::timestamptz + $2::int % 3 * interval '1 microsecond', now())`, id, n)
	return id
}

func walkWhileItChanges(t *testing.T, pool *pgxpool.Pool, filter balances.Filter, there map[uuid.UUID]bool) {
	t.Helper()
	queries, seen := balances.NewQueries(pool), make(map[uuid.UUID]bool)
	for pages := range 100 {
		page, _, err := queries.List(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		for _, account := range page.Accounts {
			if seen[account.ID] {
				t.Errorf("%s is listed twice", account.ID)
			}
			seen[account.ID] = true
		}
		if page.Next == nil {
			break
		}
		insertAccount(t, pool, pages) // the new account is on an earlier page or on a later page
		rig.Do(t, pool, `UPDATE balances SET balance = balance + 1, version = version + 1, updated_at = now()`)
		rig.Do(t, pool, `UPDATE balances SET status = 'closed' WHERE account_id = $1`, page.Accounts[len(page.Accounts)-1].ID) // the last account of a page marks where the next page begins
		filter.After = page.Next
	}
	for id := range there {
		if !seen[id] {
			t.Errorf("%s is left out", id)
		}
	}
}

// A client reads a statement page by page, while new lines are added to the statement. Each line is
// on exactly one page, and the client reaches the end.
func TestPagesOfAStatementThatGrows(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	rig.Do(t, pool, `INSERT INTO checkpoints (projection, built_at) VALUES ('statements', now())`)
	id, version := uuid.New(), 0
	rig.Do(t, pool, `INSERT INTO statements (account_id, subject, balance) VALUES ($1, 'ada', 0)`, id)
	grow := func(by int) {
		for range by {
			version++
			rig.Do(t, pool, `INSERT INTO statement_lines (account_id, version, position, kind, amount, balance, reference, occurred_at)
				VALUES ($1, $2, $2, 'deposit', 1, $2, '', now())`, id, version)
		}
	}
	grow(10)
	queries, after, said := statements.NewQueries(pool), int64(0), ""
	for more := true; more; {
		page, _, err := queries.Lines(t.Context(), "ada", id, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range page.Lines {
			said += fmt.Sprint(line.Version, " ")
			after = line.Version
		}
		if more = page.More; after < 12 {
			grow(1)
		}
	}
	if want := "1 2 3 4 5 6 7 8 9 10 11 12 13 "; said != want {
		t.Errorf("the pages show %s, want %s", said, want)
	}
}
