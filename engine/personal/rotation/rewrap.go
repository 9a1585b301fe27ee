package rotation

import (
	"bytes"
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/personal/keyring"
	"example.com/pgcqrs/engine/personal/wrapping"
)

// rewrapped has the result of one step: the keys that were wrapped again, and the keys that can't
// be unwrapped.
type rewrapped struct {
	persons [][16]byte
	keys    [][]byte
	lost    []uuid.UUID // persons whose stored key can't be unwrapped by any key of the operator
	seen    int
	last    uuid.UUID
}

// rewrapSome wraps the keys of the next 1000 persons again, in the order of the persons' ids. The
// parameter after is the last id of the previous step. If a person's key is destroyed meanwhile, it
// stays destroyed.
func rewrapSome(ctx context.Context, w *wrapping.Wrapper, after uuid.UUID) (step rewrapped, err error) {
	const some = `SELECT person_id, wrapped FROM keys.persons WHERE person_id > $1 ORDER BY person_id LIMIT 1000`
	prefixes, err := w.Operator.Prefixes()
	if err != nil {
		return step, err
	}
	var wrapped []byte
	rewrap := func() error {
		step.seen++
		if bytes.HasPrefix(wrapped, prefixes[0]) {
			return nil
		}
		key, err := w.Operator.Decrypt(wrapped, keyring.WrappedFor(step.last))
		if err != nil {
			step.lost = append(step.lost, step.last)
			return nil
		}
		again, err := w.Operator.Encrypt(key, keyring.WrappedFor(step.last))
		step.persons, step.keys = append(step.persons, step.last), append(step.keys, again)
		return err
	}
	err = w.Pool.Query(ctx, func(rows pgx.Rows) error {
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
	if _, err := w.Pool.Exec(ctx, sql, step.persons, step.keys); err != nil {
		return step, fmt.Errorf("write keys: %w", err)
	}
	return step, nil
}

// rewrap finds every person's key that an earlier key of the operator has wrapped, and wraps the
// person's key again with the operator's newest key. rewrap works in steps.
func rewrap(ctx context.Context, w *wrapping.Wrapper, progress func(done int)) (wrapped int, lost []uuid.UUID, err error) {
	for last, more := uuid.Nil, true; more; progress(wrapped) {
		var step rewrapped
		err := w.ByNewest(func() (err error) {
			step, err = rewrapSome(ctx, w, last)
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
