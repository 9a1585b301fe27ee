package rotation

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/wrapping"
)

// ErrNeeded says that an old key can't be removed from the operator's file, because stored keys
// need it.
var ErrNeeded = errors.New("a key is still needed")

// unneeded returns ErrNeeded if a stored key is wrapped by another key than the operator's newest
// key. Otherwise unneeded returns nil.
func unneeded(ctx context.Context, tx pgx.Tx, keys *operator.Keyset) error {
	stored, err := wrapping.StoredBesides(ctx, tx, keys.Prefixes[0])
	if err != nil || len(stored) == 0 {
		return err
	}
	const lost = "see KeysUnreadable in docs/operations.md"
	by := stored[0]
	for _, key := range keys.Handle.KeysetInfo().GetKeyInfo() {
		switch {
		case key.GetKeyId() != operator.KeyID(by.Prefix):
		case operator.Has(keys.Prefixes, by.Prefix):
			return fmt.Errorf("%w: stored are %s: run migrate rotate-key again. It names the persons whose keys it can't decrypt; for those: %s", ErrNeeded, wrapping.Named(stored), lost)
		default:
			return fmt.Errorf("%w: stored are %s, and key %d is %s in the file: have it ENABLED, and run migrate rotate-key", ErrNeeded, wrapping.Named(stored), operator.KeyID(by.Prefix), key.GetStatus())
		}
	}
	return fmt.Errorf("%w: stored are %s, and the file has no key %d: %s", ErrNeeded, wrapping.Named(stored), operator.KeyID(by.Prefix), lost)
}

// DropOld removes all keys but the newest from the operator's file, and returns how many keys it
// has removed. If an older key has wrapped a stored key, DropOld removes no key and returns
// ErrNeeded. DropOld needs the rights of the schema's owner.
func DropOld(ctx context.Context, pool *pgxpool.Pool, uri string) (taken int, err error) {
	named, err := operator.Path(uri)
	if err != nil {
		return 0, err
	}
	change := keyfile.Change{
		Edit: func(manager *keyset.Manager, before *operator.Keyset) (changes bool, err error) {
			taken, err = operator.KeepPrimary(manager, before)
			return taken > 0, err
		},
		Agree: func(before *operator.Keyset, place func() error) error {
			// The old keys stay retired even if the change of the file fails. From here on, the
			// database refuses everything that the old keys wrap.
			err := wrapping.InTurns(ctx, pool, func(tx pgx.Tx) error {
				if err := isNewest(ctx, tx, before); err != nil {
					return err
				}
				return wrapping.Retire(ctx, tx, before.Prefixes[1:])
			})
			if err != nil || taken == 0 {
				return err
			}
			return wrapping.InTurns(ctx, pool, func(tx pgx.Tx) error {
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
	err = keyfile.With(ctx, named, func(path string) error { return keyfile.Apply(named, path, change) })
	if err != nil {
		return 0, err
	}
	return taken, nil
}
