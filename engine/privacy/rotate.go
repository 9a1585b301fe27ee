package privacy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"example.com/pgcqrs/engine/event"
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
// wrapped, and whose no key could unwrap: those stay as they are. Look-ups get a new secret, by which all are made anew from
// the log, and the old ones are destroyed; they stay while a person's key can't be unwrapped. One runs after another, and
// again after one that was interrupted. From its first step on the database refuses what the old key has wrapped, so a
// process that has not read the file yet reads it. It takes the rights of the schema's owner.
func Rotate(ctx context.Context, pool *pgxpool.Pool, uri string, decode event.Decode, progress func(done int)) (wrapped int, lost []uuid.UUID, err error) {
	named, err := pathOf(uri)
	if err != nil {
		return 0, nil, err
	}
	// One after another, as a whole: a key that is on its way out is never wrapped by one that stays.
	err = withFile(ctx, named, func(path string) error {
		if err := addKey(ctx, pool, named, path); err != nil {
			return err
		}
		keys := New(pool, &keyFile{path: named})
		if wrapped, lost, err = keys.rewrap(ctx, progress); err != nil || len(lost) > 0 {
			return err
		}
		return renewal{keys, pool, decode}.run(ctx)
	})
	return wrapped, lost, err
}

// addKey gives the file a new key, which wraps from then on, and has the database refuse what the others wrap.
func addKey(ctx context.Context, pool *pgxpool.Pool, named, path string) error {
	return changeFile(named, path, changed{
		edit: func(manager *keyset.Manager, _ *readKey) (bool, error) { return true, addPrimary(manager) },
		agree: func(before *readKey, place func() error) error {
			return inTurns(ctx, pool, func(tx pgx.Tx) error {
				if err := isNewest(ctx, tx, before); err != nil {
					return err
				}
				if err := place(); err != nil {
					return err
				}
				if err := retire(ctx, tx, before.prefixes); err != nil {
					return fmt.Errorf("the file has a new key, and the database takes the old ones still: run this again: %w", err)
				}
				return nil
			})
		},
	})
}

// ErrNeeded says that a key can't be taken out of the operator's file.
var ErrNeeded = errors.New("a key is still needed")

// DropOld takes the keys out of the operator's file that are needed by no row any more, all but the newest, and returns how many.
// It takes none while a key is stored that the newest has not wrapped: ErrNeeded. It takes the rights of the schema's owner.
func DropOld(ctx context.Context, pool *pgxpool.Pool, uri string) (taken int, err error) {
	named, err := pathOf(uri)
	if err != nil {
		return 0, err
	}
	change := changed{
		edit: func(manager *keyset.Manager, before *readKey) (changes bool, err error) {
			taken, err = keepPrimary(manager, before)
			return taken > 0, err
		},
		agree: func(before *readKey, place func() error) error {
			// For good, whatever becomes of the file: nothing is wrapped by them from here on.
			err := inTurns(ctx, pool, func(tx pgx.Tx) error {
				if err := isNewest(ctx, tx, before); err != nil {
					return err
				}
				return retire(ctx, tx, before.prefixes[1:])
			})
			if err != nil || taken == 0 {
				return err
			}
			return inTurns(ctx, pool, func(tx pgx.Tx) error {
				if err := unneeded(ctx, tx, before); err != nil {
					return err
				}
				if err := isNewest(ctx, tx, before); err != nil {
					return err
				}
				return place()
			})
		},
	}
	err = withFile(ctx, named, func(path string) error { return changeFile(named, path, change) })
	if err != nil {
		return 0, err
	}
	return taken, nil
}

// isNewest refuses a file that is not what the database was wrapped by last: what is done to a copy is lost when the right one
// takes its place.
func isNewest(ctx context.Context, tx pgx.Tx, keys *readKey) error {
	var retired bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM keys.retired WHERE prefix = $1)`, keys.prefixes[0]).Scan(&retired); err != nil {
		return fmt.Errorf("look whether the key was rotated: %w", err)
	}
	if retired {
		return fmt.Errorf("the file's primary key %d was rotated away: this is a copy of before. It was not changed: rotate the newest file, and copy that", keyID(keys.prefixes[0]))
	}
	if err := belongs(ctx, queryIn(tx), keys, keys.prefixes); err != nil {
		return fmt.Errorf("the file was not changed: %w", err)
	}
	return nil
}

// unneeded returns ErrNeeded if keys are stored that another key has wrapped than the newest.
func unneeded(ctx context.Context, tx pgx.Tx, keys *readKey) error {
	stored, err := storedBesides(ctx, tx, keys.prefixes[0])
	if err != nil || len(stored) == 0 {
		return err
	}
	const lost = "see KeysUnreadable in docs/operations.md"
	by := stored[0]
	for _, key := range keys.handle.KeysetInfo().GetKeyInfo() {
		switch {
		case key.GetKeyId() != keyID(by.Prefix):
		case has(keys.prefixes, by.Prefix):
			return fmt.Errorf("%w: stored are %s: run migrate rotate-key again; whose it can't decrypt then, it says, and for those: %s", ErrNeeded, named(stored), lost)
		default:
			return fmt.Errorf("%w: stored are %s, and key %d is %s in the file: have it ENABLED, and run migrate rotate-key", ErrNeeded, named(stored), keyID(by.Prefix), key.GetStatus())
		}
	}
	return fmt.Errorf("%w: stored are %s, and the file has no key %d: %s", ErrNeeded, named(stored), keyID(by.Prefix), lost)
}

// retire has the database refuse from now on what keys wrap.
func retire(ctx context.Context, tx pgx.Tx, prefixes [][]byte) error {
	if _, err := tx.Exec(ctx, `INSERT INTO keys.retired (prefix) SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING`, prefixes); err != nil {
		return fmt.Errorf("retire keys: %w", err)
	}
	return nil
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
			// A process that is stopped, or whose disk hangs, keeps them for as long as it may be idle.
			const lock = `SET LOCAL lock_timeout = '1s'; SET LOCAL idle_in_transaction_session_timeout = '10s';
				LOCK TABLE keys.retired, keys.persons, keys.secrets, keys.lookups IN SHARE ROW EXCLUSIVE MODE`
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
func (k *Keys) rewrap(ctx context.Context, progress func(done int)) (wrapped int, lost []uuid.UUID, err error) {
	for last, more := uuid.Nil, true; more; progress(wrapped) {
		var step rewrapped
		err := k.byNewest(func() (err error) {
			step, err = k.rewrapSome(ctx, last)
			return err
		})
		if err != nil {
			return wrapped, lost, err
		}
		wrapped, lost = wrapped+len(step.persons), append(lost, step.lost...)
		last, more = step.last, step.seen > 0
	}
	return wrapped, lost, nil
}

// rewrapped is one step: the keys that were wrapped anew, and how many others there were.
type rewrapped struct {
	persons [][16]byte
	keys    [][]byte
	lost    []uuid.UUID // whose no key unwraps
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
			step.lost = append(step.lost, step.last)
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
