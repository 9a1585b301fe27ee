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

// forgetting has the expiry time up to which answers were deleted. The next deletion starts at this
// time, so that it does not scan the entries that the database's index still has for deleted
// answers. These entries stay in the index as long as an open database snapshot may see them.
type forgetting struct {
	mu     sync.Mutex
	since  int64     // all answers that expired before this time are deleted, except answers that were locked or were committed late
	looked time.Time // when all keys were last scanned
	next   time.Duration
}

// Keys looks up the answers that appends have stored under idempotency keys.
type Keys struct {
	pool       *pgxpool.Pool
	reads      *confirm.Reads
	forgetting forgetting
}

// New returns a value of the type Keys. Before a lookup takes a connection from the pool, it calls
// reads.Aside, which always leaves one connection for appends.
func New(pool *pgxpool.Pool, reads *confirm.Reads) *Keys { return &Keys{pool: pool, reads: reads} }

// Answers returns the answers that are stored under the given idempotency keys. The result contains
// no keys without an answer, and no keys whose answer has expired. Answers returns only answers
// that a promotion of the standby would not lose.
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
			a.Fingerprint = nil // the next row must not overwrite these bytes
			return nil
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up idempotency keys: %w", fate.Unavailable(err))
	}
	return found, nil
}
