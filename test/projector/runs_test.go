package projector_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/testdb"
)

// A fold does not depend on where its batches end.
func TestRunsOfAnyLengthComeToTheSame(t *testing.T) {
	t.Parallel()
	want := ""
	for _, length := range []int{1, 2, 5, 500} {
		pool := connect(t, testdb.New(t))
		h := accounts(t, pool)
		ids := make([]uuid.UUID, 3)
		var position int64
		for i := range ids {
			ids[i] = uuid.UUID{15: byte(i)}
			handle(t, h, ids[i], open(fmt.Sprint(i)))
		}
		for i := range 20 { // of all accounts in turn
			handle(t, h, ids[i%3], account.Deposit{Amount: int64(i + 5)})
			position = handle(t, h, ids[i%2], account.Withdraw{Amount: int64(i%3 + 1)})
			if i == 10 {
				handle(t, h, ids[2], account.Withdraw{Amount: 7 + 10 + 13})
				handle(t, h, ids[2], account.Deposit{Amount: 1})
			}
		}
		projector := newProjector(pool, read.Config{MaxBatch: length})
		projector.Add(balances.Name, balances.Apply)
		projector.Add(statements.Name, statements.Apply)
		await.Background(t, projector.Run)
		waitFor(t, pool, balances.Name, position)
		waitFor(t, pool, statements.Name, position)
		got := tables(t, pool)
		if want == "" {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("runs of %d (-one by one +got):\n%s", length, diff)
		}
	}
}

// tables is what is in the read tables, but for times.
func tables(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	const sql = `
		SELECT concat_ws(' ', owner, currency, balance, status, version) FROM balances
		UNION ALL SELECT concat_ws(' ', account_id, balance) FROM statements
		UNION ALL SELECT concat_ws(' ', account_id, version, position, kind, amount, balance) FROM statement_lines
		ORDER BY 1`
	rows, err := pool.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(lines) < 40 {
		t.Fatal(len(lines), err)
	}
	return fmt.Sprintln(lines)
}

// One row of many that a statement should change is missing: that account stops.
func TestMissingRowAmongOthersParksItsStream(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"balances", "statements"} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			pool := connect(t, testdb.New(t))
			h := accounts(t, pool)
			projector := newProjector(pool, read.Config{})
			projector.Add(balances.Name, balances.Apply)
			projector.Add(statements.Name, statements.Apply)
			bad, good := uuid.New(), uuid.New()
			position := max(handle(t, h, bad, open("Ada")), handle(t, h, good, open("Bob")))
			stop := await.Background(t, projector.Run)
			waitFor(t, pool, table, position)
			if err := stop(); err != nil {
				t.Fatal(err)
			}
			if _, err := pool.Exec(t.Context(), `DELETE FROM `+table+` WHERE account_id = $1`, bad); err != nil {
				t.Fatal(err)
			}
			handle(t, h, good, account.Deposit{Amount: 1})
			handle(t, h, bad, account.Deposit{Amount: 2})
			position = handle(t, h, good, account.Deposit{Amount: 3})
			await.Background(t, projector.Run)
			waitFor(t, pool, table, position)
			if parked := onlyParked(t, projector); parked.StreamID != bad || parked.Projection != table {
				t.Errorf("parked %+v, want the account without its row", parked)
			}
			var balance int64
			if err := pool.QueryRow(t.Context(), `SELECT balance FROM `+table+` WHERE account_id = $1`, good).Scan(&balance); err != nil || balance != 4 {
				t.Errorf("the other has %d, %v, want 4", balance, err)
			}
		})
	}
}
