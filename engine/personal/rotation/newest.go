package rotation

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/wrapping"
)

// isNewest returns an error if the file's primary key is not the newest key that the database
// knows. Such a file is an old copy. If the old copy was changed, the change would be lost when the
// right file replaces the copy.
func isNewest(ctx context.Context, tx pgx.Tx, keys *operator.Keyset) error {
	var retired bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM keys.retired WHERE prefix = $1)`, keys.Prefixes[0]).Scan(&retired); err != nil {
		return fmt.Errorf("look whether the key was rotated: %w", err)
	}
	if retired {
		return fmt.Errorf("the file's primary key %d was rotated away: this is an old copy. It was not changed: rotate the newest file, and copy that", operator.KeyID(keys.Prefixes[0]))
	}
	if err := wrapping.Belongs(ctx, wrapping.QueryIn(tx), keys.AEAD, keys.Prefixes); err != nil {
		return fmt.Errorf("the file was not changed: %w", err)
	}
	return nil
}
