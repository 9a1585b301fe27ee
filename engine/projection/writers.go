package projection

import (
	"context"
	_ "embed" // the query
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed writers.sql
var writersSQL string

// Times of outlast.
const (
	writersLook = 20 * time.Millisecond  // looks so often
	writersSay  = 5 * time.Second        // says so often whom it waits for
	writersHold = 200 * time.Millisecond // waits so long while readers wait for it
)

// openError names transactions that are open.
type openError struct{ found []string }

func (e *openError) Error() string {
	return "a transaction that has written is open, and what it has changed is not to be seen: " + strings.Join(e.found[:min(mostNamed, len(e.found))], "; ")
}

// outlast waits until the transactions that have written something, and are open now, have ended. A grant of columns, a
// comment on an index or a function of the row type takes no lock that a switch would meet, and nobody sees what an
// open transaction has changed in the catalog: only when it has ended can the tables be compared. switching is the
// server process that switches the tables, and readers wait for: then it gives up soon, with an openError.
func (r *replacement) outlast(ctx context.Context, switching int) error {
	open, err := r.writers(ctx, switching)
	if err != nil {
		return err
	}
	began, said := time.Now(), time.Time{}
	for len(open) > 0 {
		found := &openError{slices.Sorted(maps.Values(open))}
		switch {
		case switching != 0 && time.Since(began) > writersHold:
			return found
		case switching == 0 && time.Since(began) > writersHold && time.Since(said) > writersSay:
			said = time.Now()
			r.live.logger.Info("waiting for open transactions", "because", found)
		}
		sleep(ctx, writersLook)
		now, err := r.writers(ctx, switching)
		if err != nil {
			return err
		}
		maps.DeleteFunc(open, func(transaction, _ string) bool { return now[transaction] == "" })
	}
	return nil
}

// writers reads which transactions have written something and are open, and what to call them. It uses a session that is in
// no transaction: one that is sees others as they were.
func (r *replacement) writers(ctx context.Context, switching int) (map[string]string, error) {
	open := make(map[string]string)
	rows, err := r.conn.Query(ctx, writersSQL, switching, "checkpoints")
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
