package outlast

import (
	"context"
	_ "embed" // the query
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

// Times of Writers.
const (
	writersLook = 20 * time.Millisecond  // looks so often
	writersSay  = 5 * time.Second        // says so often whom it waits for
	writersHold = 200 * time.Millisecond // waits so long while readers wait for it
)

// mostNamed bounds what an error lists.
const mostNamed = 20

// OpenError names transactions that are open.
type OpenError struct{ found []string }

func (e *OpenError) Error() string {
	return "a transaction that has written is open, and what it has changed is not to be seen: " + strings.Join(e.found[:min(mostNamed, len(e.found))], "; ")
}

// Writers waits until the transactions that have written something, and are open now, have ended. A grant of columns, a
// comment on an index or a function of the row type takes no lock that a switch would meet, and nobody sees what an
// open transaction has changed in the catalog: only when it has ended can the tables be compared. switching is the
// server process that switches the tables, and readers wait for: then it gives up soon, with an OpenError.
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

// writers reads which transactions have written something and are open, and what to call them. It uses a session that is in
// no transaction: one that is sees others as they were.
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
