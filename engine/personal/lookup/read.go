package lookup

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"example.com/pgcqrs/engine/pg/gather"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/wrapping"
)

// readSecrets has secrets, and the time at which they were read.
type readSecrets struct {
	all Secrets
	at  time.Time
}

// Reader reads the secrets, and makes the first secret. Reader is safe for concurrent use.
type Reader struct {
	wrapper *wrapping.Wrapper
	reading *gather.Gather[struct{}, Secrets]
	held    atomic.Pointer[readSecrets] // nil: not read yet
}

// New returns a Reader. The Wrapper wraps the first secret, which the Reader makes.
func New(wrapper *wrapping.Wrapper) *Reader {
	r := &Reader{wrapper: wrapper}
	r.reading = gather.New(r.read)
	return r
}

// Forget drops the remembered secrets: the next call of Secrets reads the secrets again.
func (r *Reader) Forget() { r.held.Store(nil) }

// Secrets returns the secrets that the database had at most a second ago.
func (r *Reader) Secrets(ctx context.Context) (Secrets, error) {
	if held := r.held.Load(); held != nil && time.Since(held.at) < operator.RereadAfter {
		return held.all, nil
	}
	ctx, cancel := context.WithTimeout(ctx, wrapping.FetchFor)
	defer cancel()
	all, err := r.reading.Get(ctx, struct{}{})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", wrapping.ErrKeysAway, err)
	}
	return all, nil
}

// read reads the secrets once for all callers that wait for them. If the database has no secret,
// read makes the first one.
func (r *Reader) read(ctx context.Context, _ []struct{}) (map[struct{}]Secrets, error) {
	at := time.Now()
	all, err := r.Stored(ctx)
	if err == nil && len(all) == 0 {
		if err = r.makeFirst(ctx); err == nil {
			all, err = r.Stored(ctx) // another process may have stored its secret first
		}
	}
	if err == nil && len(all) == 0 {
		err = errors.New("there is no key of look-ups")
	}
	if err != nil {
		return nil, err
	}
	r.held.Store(&readSecrets{all, at})
	return map[struct{}]Secrets{{}: all}, nil
}

// Stored reads the stored secrets. If no secret was made yet, Stored returns an empty list.
func (r *Reader) Stored(ctx context.Context) (all Secrets, err error) {
	const sql = `SELECT name, wrapped, active FROM keys.secrets WHERE name = $1 OR name LIKE $1 || ' %'`
	var name string
	var wrapped []byte
	var active bool
	err = r.wrapper.Pool.Query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&name, &wrapped, &active}, func() error {
			key, err := r.wrapper.Operator.Decrypt(wrapped, []byte(name))
			if err != nil {
				return fmt.Errorf("unwrap the key of the look-ups: %w", err)
			}
			all = append(all, Secret{Number(name), key, active})
			return nil
		})
		return err
	}, sql, wrapping.Lookups)
	slices.SortFunc(all, func(a, b Secret) int { return int(b.Number) - int(a.Number) })
	return all, err
}

// makeFirst stores the first secret. If a secret is stored already, makeFirst does nothing.
func (r *Reader) makeFirst(ctx context.Context) error {
	key := make([]byte, wrapping.KeyBytes)
	_, _ = rand.Read(key) // rand.Read never fails
	return r.wrapper.ByNewest(func() error {
		wrapped, err := r.wrapper.Wrap(ctx, key, []byte(wrapping.Lookups))
		if err != nil {
			return err
		}
		_, err = r.wrapper.Pool.Exec(ctx, `INSERT INTO keys.secrets (name, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING`, wrapping.Lookups, wrapped)
		return err
	})
}
