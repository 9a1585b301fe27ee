//go:build linux

package collect

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

// readKeyRows returns the persons with encryption keys, and the persons who are recorded as erased.
func readKeyRows(ctx context.Context, url string) (rows history.KeyRows, err error) {
	rows.Lookups = make(map[uuid.UUID]int)
	err = session.Run(ctx, url, func(ctx context.Context, conn *pgx.Conn) error {
		for table, into := range map[string]*map[uuid.UUID]bool{"keys.persons": &rows.Persons, "keys.erased": &rows.Erased, "erasures": &rows.Erasures} {
			*into = make(map[uuid.UUID]bool)
			var id uuid.UUID
			found, _ := conn.Query(ctx, `SELECT person_id FROM `+table)
			_, err := pgx.ForEachRow(found, []any{&id}, func() error {
				(*into)[id] = true
				return nil
			})
			if err != nil {
				return fmt.Errorf("read %s: %w", table, err)
			}
		}
		var id uuid.UUID
		found, _ := conn.Query(ctx, `SELECT person_id FROM keys.lookups`)
		_, err := pgx.ForEachRow(found, []any{&id}, func() error {
			rows.Lookups[id]++
			return nil
		})
		if err != nil {
			return fmt.Errorf("read keys.lookups: %w", err)
		}
		return nil
	})
	return rows, err
}

// readKeys returns the idempotency keys that the service still remembers.
func readKeys(ctx context.Context, url string) (map[uuid.UUID]bool, error) {
	keys := make(map[uuid.UUID]bool)
	err := session.Run(ctx, url, func(ctx context.Context, conn *pgx.Conn) error {
		var key uuid.UUID
		rows, _ := conn.Query(ctx, `SELECT split_part(key, ' ', -1)::uuid FROM idempotency_keys WHERE expires_after > (SELECT seconds FROM elapsed)`)
		_, err := pgx.ForEachRow(rows, []any{&key}, func() error {
			keys[key] = true
			return nil
		})
		if err != nil {
			return fmt.Errorf("read keys: %w", err)
		}
		return nil
	})
	return keys, err
}
