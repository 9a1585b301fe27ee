package rotation

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/renewal"
	"example.com/pgcqrs/engine/personal/wrapping"
)

// addKey adds a new primary key to the operator's file, and retires the earlier keys. From then on,
// the database refuses everything that the earlier keys wrap.
func addKey(ctx context.Context, pool *pgxpool.Pool, named, path string) error {
	return keyfile.Apply(named, path, keyfile.Change{
		Edit: func(manager *keyset.Manager, _ *operator.Keyset) (bool, error) {
			return true, operator.AddPrimary(manager)
		},
		Agree: func(before *operator.Keyset, place func() error) error {
			return wrapping.InTurns(ctx, pool, func(tx pgx.Tx) error {
				if err := isNewest(ctx, tx, before); err != nil {
					return err
				}
				if err := place(); err != nil {
					return err
				}
				if err := wrapping.Retire(ctx, tx, before.Prefixes); err != nil {
					return fmt.Errorf("the file has a new key, and the database takes the old ones still: run this again: %w", err)
				}
				return nil
			})
		},
	})
}

// Run adds a new key to the operator's key file and wraps every person's key with the new key. Run
// returns the number of keys that it has wrapped, and the persons whose keys could not be unwrapped
// by any key. The keys of these persons stay as they are. If every person's key could be unwrapped,
// Run also replaces the secret of look-ups, the hashes by which searches find persons. For this,
// Run makes all look-ups again from the log, and destroys the old secrets.
//
// Only one rotation can run at a time. After an interrupted rotation, Run can be called again. From
// the first step on, the database refuses everything new that the old key has wrapped. A process
// that still wraps with the old key then reads the file again. Run needs the rights of the schema's
// owner.
func Run(ctx context.Context, pool *pgxpool.Pool, uri string, decode event.Decode, progress func(done int)) (wrapped int, lost []uuid.UUID, err error) {
	named, err := operator.Path(uri)
	if err != nil {
		return 0, nil, err
	}
	// This process has the lock of the key file during the whole rotation, so that no other process
	// changes the file. An old key, which will be removed, must never wrap anything again.
	err = keyfile.With(ctx, named, func(path string) error {
		if err := addKey(ctx, pool, named, path); err != nil {
			return err
		}
		wrapper := wrapping.New(pool, operator.InFile(named))
		if wrapped, lost, err = rewrap(ctx, wrapper, progress); err != nil || len(lost) > 0 {
			return err
		}
		return renewal.Run(ctx, pool, wrapper, decode)
	})
	return wrapped, lost, err
}
