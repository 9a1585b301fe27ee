package reconcile

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/logsql"
)

// comparison has what the projection has recorded about one range, and what the log has in this
// range.
type comparison struct {
	First, Last      int64
	Applied, Given   int64 // number of events that the projection has recorded as applied, and that the log has
	Checksum, Should int64
}

// ranges compares the applied ranges of one projection with the log.
type ranges struct {
	projection string
	timeout    time.Duration // time limit for the comparison of one range
	logger     *slog.Logger
}

// compareNext finds the next range that was not compared yet, and compares it with the log in one
// snapshot of the database. compareNext stores the result, unless the range has grown meanwhile.
func (of ranges) compareNext(ctx context.Context, conn *pgx.Conn, after int64) (comparison, error) {
	compare := `
		WITH r AS (
		    SELECT first_position, last_position, events, checksum FROM applied_ranges
		    WHERE projection = $1 AND reconciled_at IS NULL AND closed AND first_position > $2 ORDER BY first_position LIMIT 1
		)
		SELECT r.first_position AS first, r.last_position AS last, r.events AS applied, r.checksum, l.given, l.should
		FROM r CROSS JOIN LATERAL (
		    SELECT count(*) AS given, coalesce(bit_xor(` + checksumSQL + `), 0) AS should
		    FROM ` + logsql.Between("r.first_position", "r.last_position") + ` e
		    WHERE NOT EXISTS (
		        SELECT FROM parked_streams s WHERE s.projection = $1 AND s.stream_id = e.stream_id AND s.version <= e.version)) l`
	const settle = `
		UPDATE applied_ranges SET reconciled_at = clock_timestamp(), missing = $5, differs = $6,
		       accepted_at = CASE WHEN $6 AND missing = $5 THEN accepted_at END
		WHERE projection = $1 AND first_position = $2 AND events = $3 AND checksum = $4`
	ctx, cancel := context.WithTimeout(ctx, of.timeout)
	defer cancel()
	rows, err := conn.Query(ctx, compare, of.projection, after)
	if err != nil {
		return comparison{}, err
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[comparison])
	if err != nil {
		return r, err
	}
	differs := r.Applied != r.Given || r.Checksum != r.Should
	if _, err := conn.Exec(ctx, settle, of.projection, r.First, r.Applied, r.Checksum, r.Given-r.Applied, differs); err != nil {
		return r, fmt.Errorf("note what was found: %w", err)
	}
	if differs {
		of.logger.Error("the projection was given other events than the log has", "first", r.First, "last", r.Last,
			"recorded", r.Given, "applied", r.Applied)
	}
	return r, nil
}
