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

// ErrKeysAway says that keys can't be reached now. In this case nothing was encrypted, and it is
// not known which keys exist. ErrKeysAway never means that a person was erased.
var ErrKeysAway = errors.New("the keys of personal data can't be had")

const mostRereads = 5 // how many times one write may read the operator's key: the key is rarely rotated, and hardly ever twice in a row

// Wrapper wraps new keys with the operator's key. Wrapper is safe for concurrent use.
type Wrapper struct {
	Pool     Places
	Operator operator.Key
	proven   atomic.Pointer[[]byte] // prefix of the operator's key, once it is proven that the key belongs to the database
}

// New returns a Wrapper. The pool must connect to the primary.
func New(pool *pgxpool.Pool, key operator.Key) *Wrapper {
	return &Wrapper{Pool: newPlaces(pool), Operator: key}
}

// Forget drops the proof that the operator's key belongs to the database. The next call of Wrap
// makes the proof again. Forget must be called after the database has returned to an earlier state.
func (w *Wrapper) Forget() { w.proven.Store(nil) }

// Wrap wraps a new key with the operator's key. Before that, Wrap proves that the operator's key
// belongs to the database; if the proof fails, Wrap returns an error. Nobody could unwrap a key
// that a key of another database has wrapped.
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
			continue // the file was replaced between the two reads
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

// ByNewest calls the function do, which wraps keys and writes them. If the operator's key was
// rotated meanwhile, ByNewest calls do again.
func (w *Wrapper) ByNewest(do func() error) error {
	err := do()
	for range mostRereads {
		if !ByRetired(err) {
			return err
		}
		if _, err := w.Operator.Prefixes(); err != nil { // Prefixes reads the operator's key again
			return fmt.Errorf("%w: %w", ErrKeysAway, err)
		}
		err = do()
	}
	return err
}
