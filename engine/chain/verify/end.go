package verify

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/eventlog/logsql"
)

// end has the last link of the chain, the position of the log's last event, and the first event
// that no link covers.
type end struct {
	linked, head int64
	outside      int64         // position of the first event that no link covers; 0: links cover all events
	waits        time.Duration // time since the event at position outside was recorded
}

func readEnd(ctx context.Context, pool *pgxpool.Pool) (end, error) {
	sql := `
		SELECT s.position, ` + logsql.Head + `, coalesce(e.position, 0),
		       coalesce(greatest(e.age, -e.age - 61, 0), 0)::float8 -- no event is recorded over 60 s ahead of the clock
		FROM (SELECT coalesce(max(position), 0) AS position FROM chain_links) s
		LEFT JOIN LATERAL (SELECT next.position, extract(epoch FROM clock_timestamp() - next.recorded_at) AS age FROM ` + logsql.FirstAfter("s.position") + ` next) e ON true`
	var e end
	var seconds float64
	if err := pool.QueryRow(ctx, sql).Scan(&e.linked, &e.head, &e.outside, &seconds); err != nil {
		return end{}, fmt.Errorf("read where the chain ends: %w", err)
	}
	e.waits = time.Duration(seconds * float64(time.Second))
	return e, nil
}
