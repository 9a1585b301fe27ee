package readmodels_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/test/testdb"
)

// The result of a projection does not depend on how the events are divided into batches.
func TestTheSamplesRunsOfAnyLengthComeToTheSame(t *testing.T) {
	t.Parallel()
	want := ""
	for _, length := range []int{1, 2, 5, 500} {
		pool := rig.Connect(t, testdb.New(t))
		h := accounts(t, pool)
		ids := make([]uuid.UUID, 3)
		var position int64
		for i := range ids {
			ids[i] = uuid.UUID{15: byte(i)}
			rig.Handle(t, h, ids[i], open(fmt.Sprint(i)))
		}
		for i := range 20 { // the events of all accounts alternate
			rig.Handle(t, h, ids[i%3], deposit(int64(i+5)))
			position = rig.Handle(t, h, ids[i%2], withdraw(int64(i%3+1)))
			if i == 10 {
				rig.Handle(t, h, ids[2], withdraw(7+10+13))
				rig.Handle(t, h, ids[2], deposit(1))
			}
		}
		projector := newProjector(pool, length)
		await.Background(t, projector.Run)
		rig.WaitFor(t, pool, balances.Name, position)
		rig.WaitFor(t, pool, statements.Name, position)
		got := tables(t, pool)
		if want == "" {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("runs of %d (-one by one +got):\n%s", length, diff)
		}
	}
}

// tables returns the contents of the read models' tables as text, without times.
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

// One statement changes the rows of many accounts. If the row of one account is missing or has an
// unexpected version, the projection stops applying only the events of that account.
func TestSpoiltAccountAmongOthersParksItsStream(t *testing.T) {
	t.Parallel()
	for spoil, table := range map[string]string{ // statements that damage a row, each with the name of the table
		`DELETE FROM balances WHERE account_id = $1`:                      "balances",
		`UPDATE balances SET version = version + 1 WHERE account_id = $1`: "balances",
		`UPDATE balances SET version = version - 1 WHERE account_id = $1`: "balances",
		`DELETE FROM statements WHERE account_id = $1`:                    "statements",
	} {
		t.Run(spoil, func(t *testing.T) {
			t.Parallel()
			pool := rig.Connect(t, testdb.New(t))
			rows := rig.Rows{Projection: table, Table: table, Key: "account_id", Sum: "balance", Spoil: spoil}
			rig.CheckSpoiltRow(t, pool, newProjector(pool, 0), accounts(t, pool), rows, open("Ada"), deposit)
		})
	}
}
