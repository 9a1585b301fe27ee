package wrapping

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/personal/operator"
)

// ErrKeysAway says that keys can't be reached now: nothing was encrypted, and it is not known which
// keys exist. It never means that a person was erased.
var ErrKeysAway = errors.New("the keys of personal data can't be had")

const mostRereads = 5 // of the operator's key, for one write: it is rarely rotated, and hardly ever twice at once

// Wrapper wraps new keys with the operator's key. It may be used by many goroutines.
type Wrapper struct {
	Pool     Places
	Operator operator.Key
	proven   atomic.Pointer[[]byte] // prefix of the operator's key, once it is proven to be the database's
}

// New returns a Wrapper on a pool that connects to the primary.
func New(pool *pgxpool.Pool, key operator.Key) *Wrapper {
	return &Wrapper{Pool: newPlaces(pool), Operator: key}
}

// Forget makes the next Wrap prove the operator's key again: the database went back.
func (w *Wrapper) Forget() { w.proven.Store(nil) }

// Wrap wraps a new key with the operator's, once that is proven to be the database's: with a
// foreign one the new key would be lost.
func (w *Wrapper) Wrap(ctx context.Context, key, associated []byte) (wrapped []byte, err error) {
	for range mostRereads {
		if wrapped, err = w.Operator.Encrypt(key, associated); err != nil {
			return nil, err
		}
		if proven := w.proven.Load(); proven != nil && bytes.HasPrefix(wrapped, *proven) {
			return wrapped, nil
		}
		prefixes, err := w.Operator.Prefixes()
		if err != nil {
			return nil, err
		}
		if !operator.Has(prefixes, wrapped) {
			continue // the file was replaced in between
		}
		ctx, cancel := context.WithTimeout(ctx, FetchFor)
		err = Belongs(ctx, w.Pool.QueryRow, w.Operator, prefixes)
		cancel()
		if err != nil {
			return nil, err
		}
		proven := wrapped[:len(prefixes[0])]
		w.proven.Store(&proven)
		return wrapped, nil
	}
	return nil, errors.New("KEY_URI changes all the time")
}

// ByNewest calls do, which wraps and writes, and calls it again if the wrapping key was rotated
// meanwhile.
func (w *Wrapper) ByNewest(do func() error) error {
	err := do()
	for range mostRereads {
		if !ByRetired(err) {
			return err
		}
		if _, err := w.Operator.Prefixes(); err != nil { // reads it again
			return fmt.Errorf("%w: %w", ErrKeysAway, err)
		}
		err = do()
	}
	return err
}
