package idempotency

import (
	"context"
	"fmt"
	"sync"
	"time"

	"example.com/pgcqrs/engine/pg/standby"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/confirm"
	"example.com/pgcqrs/engine/eventlog/fate"
)

// forgetting is where expired answers were deleted last. Entries of deleted ones stay in the index
// for as long as any snapshot is open that may see them, and are not gone through each time.
type forgetting struct {
	mu     sync.Mutex
	since  int64     // all that expired before are deleted, but for those that were locked or came late
	looked time.Time // at all of them, last
	next   time.Duration
}

// Keys are the idempotency keys that appends were given, with the answers.
type Keys struct {
	pool       *pgxpool.Pool
	reads      *confirm.Reads
	forgetting forgetting
}

// New makes Keys, which are looked up by way of reads.
func New(pool *pgxpool.Pool, reads *confirm.Reads) *Keys { return &Keys{pool: pool, reads: reads} }

// Answers returns what was answered under idempotency keys; those that were not, or
// not any more, are left out. A promotion would not undo those that are returned.
func (k *Keys) Answers(ctx context.Context, keys []string) (map[string]event.Answered, error) {
	const sql = `
		SELECT key, stream_id, version, position, fingerprint, ` + standby.Await + `
		FROM idempotency_keys WHERE key = ANY ($1) AND expires_after > (SELECT seconds FROM elapsed)`
	found := make(map[string]event.Answered)
	err := k.reads.Confirm(ctx, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, sql, keys)
		if err != nil {
			return err
		}
		var key string
		var a event.Answered
		_, err = pgx.ForEachRow(rows, []any{&key, &a.Appended.StreamID, &a.Appended.Version, &a.Appended.Position, &a.Fingerprint, nil}, func() error {
			found[key] = a
			a.Fingerprint = nil // the next row's must not be written over this one's
			return nil
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up idempotency keys: %w", fate.Unavailable(err))
	}
	return found, nil
}
