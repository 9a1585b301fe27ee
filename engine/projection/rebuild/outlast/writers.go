package outlast

import (
	"context"
	_ "embed" // embeds writers.sql
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed writers.sql
var writersSQL string

// writersLook and the other durations set how often Writers queries, and how long it waits.
const (
	writersLook = 20 * time.Millisecond  // interval between two queries
	writersSay  = 5 * time.Second        // interval between two log lines that name the open transactions
	writersHold = 200 * time.Millisecond // longest wait while readers wait for the switch
)

// mostNamed limits the number of transactions that an error lists.
const mostNamed = 20

// OpenError names the transactions that are still open.
type OpenError struct{ found []string }

func (e *OpenError) Error() string {
	return "a transaction that has written is open, and what it has changed is not to be seen: " + strings.Join(e.found[:min(mostNamed, len(e.found))], "; ")
}

// Writers waits until all transactions have ended that are open now and have written something.
// Some statements change a table but take no lock that conflicts with a switch of tables. Examples
// are GRANT on a column, COMMENT on an index, and CREATE FUNCTION with a row of the table as a
// parameter. While the transaction of such a statement is open, other sessions do not see the
// change. For this reason the tables can be compared only after the transaction has ended. If
// readers wait for the switch, the parameter switching is the process id of the server process that
// switches the tables. In this case Writers returns an OpenError if transactions are still open
// after 200 ms. If no reader waits, the parameter switching is 0, and Writers waits without a time
// limit.
func Writers(ctx context.Context, conn *pgx.Conn, switching int, logger *slog.Logger) error {
	open, err := writers(ctx, conn, switching)
	if err != nil {
		return err
	}
	began, said := time.Now(), time.Time{}
	for len(open) > 0 {
		found := &OpenError{slices.Sorted(maps.Values(open))}
		switch {
		case switching != 0 && time.Since(began) > writersHold:
			return found
		case switching == 0 && time.Since(began) > writersHold && time.Since(said) > writersSay:
			said = time.Now()
			logger.Info("waiting for open transactions", "because", found)
		}
		select {
		case <-ctx.Done():
		case <-time.After(writersLook):
		}
		now, err := writers(ctx, conn, switching)
		if err != nil {
			return err
		}
		maps.DeleteFunc(open, func(transaction, _ string) bool { return now[transaction] == "" })
	}
	return nil
}

// writers describes the open transactions that have written something. writers must not run in a
// transaction: PostgreSQL would then show the other transactions as they were when this transaction
// began.
func writers(ctx context.Context, conn *pgx.Conn, switching int) (map[string]string, error) {
	open := make(map[string]string)
	rows, err := conn.Query(ctx, writersSQL, switching, "checkpoints")
	if err == nil {
		var transaction, line string
		_, err = pgx.ForEachRow(rows, []any{&transaction, &line}, func() error {
			open[transaction] = line
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("look for open transactions: %w", err)
	}
	return open, nil
}
