//go:build linux

package world

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// StallIssuer makes the issuer leave every request unanswered until the returned function is
// called.
func (w *World) StallIssuer() (goOn func()) { return w.issuer.stall() }

// LockKeys locks the table of encryption keys until the returned function end is called. A
// migration or a repair may lock this table, too.
func (w *World) LockKeys(ctx context.Context) (end func(), err error) {
	conn, err := pgx.Connect(ctx, w.databases.Owner)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	end = func() { _ = conn.Close(context.WithoutCancel(ctx)) }
	if _, err := conn.Exec(ctx, `BEGIN; LOCK TABLE keys.persons IN ACCESS EXCLUSIVE MODE`); err != nil {
		end()
		return nil, fmt.Errorf("lock keys: %w", err)
	}
	return end, nil
}
