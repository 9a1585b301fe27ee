//go:build linux

package observers

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

var eventsSQL = `
	SELECT position, stream_id, version, event_id, type, coalesce(data ->> 'subject', ''), coalesce((data ->> 'amount')::bigint, 0), metadata ->> 'correlation_id',
		(extract(epoch FROM recorded_at) * 1000000)::bigint, ` + sample.DigestSQL(`coalesce(data ->> 'reference', data ->> 'owner', '')`) + `,
		CASE stream_type WHEN 'customer' THEN ` + sample.DigestSQL(`coalesce(data ->> 'name', '') || ' ' || coalesce(data ->> 'email', '')`) + ` END,
		coalesce(metadata ->> 'actor', '') = 'workflow:transfers', coalesce(CASE stream_type WHEN 'transfer' THEN stream_id ELSE (data ->> 'transfer_id')::uuid END, $2),
		coalesce((data ->> 'refund')::boolean, false), coalesce((data ->> 'from')::uuid, $2), coalesce((data ->> 'to')::uuid, $2), coalesce(data ->> 'code', '')
	FROM events WHERE position > $1 ORDER BY position LIMIT 20000`

// readEvents returns the next events after a position.
func readEvents(ctx context.Context, conn *pgx.Conn, after int64) ([]history.Event, error) {
	rows, err := conn.Query(ctx, eventsSQL, after, uuid.Nil)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e history.Event, err error) {
		var text, encrypted []byte
		err = row.Scan(&e.Position, &e.Account, &e.Version, &e.Id, &e.Kind, &e.Subject, &e.Amount, &e.Key, &e.Recorded, &text, &encrypted,
			&e.Workflow, &e.Transfer, &e.Refund, &e.From, &e.To, &e.Code)
		if err == nil {
			e.Text = sample.Digest(text)
			copy(e.Encrypted[:], encrypted) // NULL for an account: the digest stays zero
		}
		return e, err
	})
}

// ReadLog returns the whole log.
func ReadLog(ctx context.Context, url string) (log []history.Event, err error) {
	err = session.Run(ctx, url, func(_ context.Context, conn *pgx.Conn) error {
		for {
			next, err := readEvents(ctx, conn, int64(len(log)))
			if err != nil || len(next) == 0 {
				return err
			}
			log = append(log, next...)
		}
	})
	return log, err
}
