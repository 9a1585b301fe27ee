package keeper

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/pg/retry"
)

// errNoKey says that a Keeper has no key with which it could authenticate its snapshots.
var errNoKey = errors.New("snapshots have no key")

// Run takes snapshots until ctx ends, and tries again after each error. If the Keeper has no key,
// Run returns an error immediately.
func (k *Keeper) Run(ctx context.Context) error {
	if !k.key.Valid() {
		return errNoKey
	}
	failed := func(err error, retryIn time.Duration) {
		k.logger.WarnContext(ctx, "snapshots interrupted", "error", err, "retry_seconds", retryIn.Seconds())
	}
	lock.HoldAgain(ctx, k.pool, Lock, failed, func(ctx context.Context, conn *pgx.Conn) error {
		k.held.Set(1)
		defer k.held.Set(0)
		return k.follow(ctx, conn)
	})
	return nil
}

func (k *Keeper) follow(ctx context.Context, conn *pgx.Conn) error {
	for ctx.Err() == nil {
		more, err := k.round(ctx, conn)
		if err != nil {
			return err
		}
		k.last.SetToCurrentTime()
		if !more {
			retry.Pause(ctx, interval)
		}
	}
	return ctx.Err()
}

// round searches the next positions of the log for long streams, and takes snapshots of these
// streams. round reports whether the log may have further positions to search.
func (k *Keeper) round(ctx context.Context, conn *pgx.Conn) (more bool, err error) {
	move := `UPDATE snapshot_cursor SET position = $1, event_id = ` + logsql.ID("$1")
	from, head, err := k.cursor(ctx, conn)
	to := min(head, from+window)
	if err != nil || to <= from {
		return false, err
	}
	reading, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	rows, err := conn.Query(reading, logsql.Grown, from, to, k.every)
	if err != nil {
		return false, fmt.Errorf("look for long streams: %w", err)
	}
	streams, err := pgx.CollectRows(rows, pgx.RowToStructByPos[stream])
	if err != nil {
		return false, fmt.Errorf("look for long streams: %w", err)
	}
	for _, s := range streams {
		aggregate, ok := k.aggregates[s.Type]
		if !ok {
			continue
		}
		if err := k.take(ctx, conn, aggregate, s); err != nil {
			return false, err
		}
	}
	moving, cancelMoving := context.WithTimeout(ctx, roundFor)
	defer cancelMoving()
	if _, err := conn.Exec(moving, move, to); err != nil {
		return false, fmt.Errorf("move cursor of snapshots: %w", err)
	}
	k.position.Set(float64(to))
	return to < head, nil
}

// cursor returns the position up to which the log was searched, and the position of the log's last
// event. The search begins again at position 0 in two cases: the log went back to an earlier state,
// or the last search used another key or other shapes (hashes of the state types). In these cases,
// cursor first stores a hash of the new key and the new shapes. If a process with the old key or
// shapes then works again, it also begins at position 0.
func (k *Keeper) cursor(ctx context.Context, conn *pgx.Conn) (from, head int64, err error) {
	sql := `
		SELECT c.position, ` + logsql.Head + `,
		       c.made_by IS NOT DISTINCT FROM $1 AND (c.position = 0 OR ` + logsql.Holds("c.position", "c.event_id") + `)
		FROM snapshot_cursor c`
	const again = `UPDATE snapshot_cursor SET position = 0, event_id = NULL, made_by = $1`
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	holds := false
	if err := conn.QueryRow(ctx, sql, k.madeBy).Scan(&from, &head, &holds); err != nil {
		return 0, 0, fmt.Errorf("read cursor of snapshots: %w", err)
	}
	if holds {
		return from, head, nil
	}
	clear(k.unfit)
	if _, err := conn.Exec(ctx, again, k.madeBy); err != nil {
		return 0, 0, fmt.Errorf("reset cursor of snapshots: %w", err)
	}
	return 0, head, nil
}
