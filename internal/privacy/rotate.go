package privacy

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/events"
)

const mostRereads = 5 // of the operator's key, for one write: it is rarely rotated, and hardly ever twice at once

// byNewest has do wrap and write, and again where the key that it wrapped by was rotated meanwhile.
func (k *Keys) byNewest(do func() error) error {
	err := do()
	for range mostRereads {
		if !byRetired(err) {
			return err
		}
		if _, err := k.operator.Prefixes(); err != nil { // reads it again
			return fmt.Errorf("%w: %w", ErrKeysAway, err)
		}
		err = do()
	}
	return err
}

// Rotate gives the operator's key file a new key and wraps every person's key by it, and returns how many it has
// wrapped, and how many no key could unwrap: those stay as they are. Look-ups get a new secret, by which all are made anew from
// the log, and the old ones are destroyed; they stay while a person's key can't be unwrapped. It may run beside another, and
// again after one that was interrupted. From its first step on the database refuses what the old key has wrapped, so a
// process that has not read the file yet reads it. It takes the rights of the schema's owner.
func Rotate(ctx context.Context, pool *pgxpool.Pool, uri string, decode events.Decode, progress func(done int)) (wrapped, lost int, err error) {
	path, err := pathOf(uri)
	if err != nil {
		return 0, 0, err
	}
	operator := &keyFile{path: path}
	if err := retire(ctx, pool, operator, func() error { return addToFile(path) }); err != nil {
		return 0, 0, err
	}
	keys := New(pool, operator)
	if wrapped, lost, err = keys.rewrap(ctx, progress); err != nil || lost > 0 {
		return wrapped, lost, err
	}
	return wrapped, 0, renewal{keys, pool, decode}.run(ctx)
}

// ErrNeeded says that a key can't be taken out of the operator's file.
var ErrNeeded = errors.New("keys are still wrapped by it: run migrate rotate-key again")

// DropOld takes the keys out of the operator's file that are needed by no row any more, all but the newest, and returns how many.
// It takes none while one is needed: ErrNeeded. It takes the rights of the schema's owner.
func DropOld(ctx context.Context, pool *pgxpool.Pool, uri string) (taken int, err error) {
	path, err := pathOf(uri)
	if err != nil {
		return 0, err
	}
	operator := &keyFile{path: path}
	if err := retire(ctx, pool, operator, func() error { return nil }); err != nil { // nothing is wrapped by them from here on
		return 0, err
	}
	err = inTurns(ctx, pool, func(tx pgx.Tx) error {
		const needed = `SELECT count(*) FROM (SELECT FROM keys.persons WHERE substr(wrapped, 1, 5) = $1
			UNION ALL SELECT FROM keys.secrets WHERE name <> $2 AND substr(wrapped, 1, 5) = $1) needed`
		prefixes, err := operator.Prefixes()
		if err != nil {
			return err
		}
		for _, prefix := range prefixes[1:] {
			var count int64
			if err := tx.QueryRow(ctx, needed, prefix, fingerprintName).Scan(&count); err != nil {
				return fmt.Errorf("count what is wrapped by a key: %w", err)
			}
			if count > 0 {
				return fmt.Errorf("key %s stays, for %d %w", hex.EncodeToString(prefix[1:]), count, ErrNeeded)
			}
		}
		taken, err = keepInFile(path, prefixes[:1])
		return err
	})
	return taken, err
}

// retire has the operator's file changed, and all of its keys but the one that wraps then refused for what is written after it.
// One does so at a time.
func retire(ctx context.Context, pool *pgxpool.Pool, operator Operator, change func() error) error {
	return inTurns(ctx, pool, func(tx pgx.Tx) error {
		if err := change(); err != nil {
			return err
		}
		prefixes, err := operator.Prefixes()
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO keys.retired (prefix) SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING`, prefixes[1:]); err != nil {
			return fmt.Errorf("retire keys: %w", err)
		}
		return nil
	})
}

const (
	mostTurns = 60 // of waiting for the locks of keys
	turnPause = time.Second
)

// inTurns runs do in a transaction in which nobody else writes keys. It waits for that in short turns: who writes keys waits
// behind it.
func inTurns(ctx context.Context, pool *pgxpool.Pool, do func(tx pgx.Tx) error) error {
	for turn := 1; ; turn++ {
		err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			const lock = `SET LOCAL lock_timeout = '1s'; LOCK TABLE keys.retired, keys.persons, keys.secrets, keys.lookups IN SHARE ROW EXCLUSIVE MODE`
			if _, err := tx.Exec(ctx, lock); err != nil {
				return fmt.Errorf("lock keys: %w", err)
			}
			return do(tx)
		})
		if refusal, ok := errors.AsType[*pgconn.PgError](err); !ok || refusal.Code != "55P03" && refusal.Code != "40P01" || turn == mostTurns {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(turnPause):
		}
	}
}

// rewrap wraps by the operator's newest key, in steps, what another one has wrapped.
func (k *Keys) rewrap(ctx context.Context, progress func(done int)) (wrapped, lost int, err error) {
	for last, more := uuid.Nil, true; more; progress(wrapped) {
		var step rewrapped
		err := k.byNewest(func() (err error) {
			step, err = k.rewrapSome(ctx, last)
			return err
		})
		if err != nil {
			return wrapped, lost, err
		}
		wrapped, lost = wrapped+len(step.persons), lost+step.lost
		last, more = step.last, step.seen > 0
	}
	return wrapped, lost, nil
}

// rewrapped is one step: the keys that were wrapped anew, and how many others there were.
type rewrapped struct {
	persons [][16]byte
	keys    [][]byte
	lost    int // that no key unwraps
	seen    int
	last    uuid.UUID
}

// rewrapSome does it for the persons that follow one. A key that goes meanwhile is gone.
func (k *Keys) rewrapSome(ctx context.Context, after uuid.UUID) (step rewrapped, err error) {
	const some = `SELECT person_id, wrapped FROM keys.persons WHERE person_id > $1 ORDER BY person_id LIMIT 1000`
	prefixes, err := k.operator.Prefixes()
	if err != nil {
		return step, err
	}
	var wrapped []byte
	rewrap := func() error {
		step.seen++
		if bytes.HasPrefix(wrapped, prefixes[0]) {
			return nil
		}
		key, err := k.operator.Decrypt(wrapped, wrappedFor(step.last))
		if err != nil {
			step.lost++
			return nil
		}
		again, err := k.operator.Encrypt(key, wrappedFor(step.last))
		step.persons, step.keys = append(step.persons, step.last), append(step.keys, again)
		return err
	}
	err = k.pool.Query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&step.last, &wrapped}, rewrap)
		return err
	}, some, after)
	if err != nil {
		return step, fmt.Errorf("read keys: %w", err)
	}
	if len(step.persons) == 0 {
		return step, nil
	}
	const sql = `UPDATE keys.persons p SET wrapped = n.wrapped FROM unnest($1::uuid[], $2::bytea[]) AS n (person_id, wrapped) WHERE p.person_id = n.person_id`
	if _, err := k.pool.Exec(ctx, sql, step.persons, step.keys); err != nil {
		return step, fmt.Errorf("write keys: %w", err)
	}
	return step, nil
}
