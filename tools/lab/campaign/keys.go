//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// keyURI says which file has the operator's key.
func (w *world) keyURI() string { return "KEY_URI=file://" + filepath.Join(w.dir, "key.json") }

// rotateKey rotates the operator's key while people are registered, every other time twice within seconds, and then
// takes the old keys out every other time.
func rotateKey(ctx context.Context, w *world, _ int, random *rand.Rand) error {
	for range 1 + random.IntN(2) {
		if err := w.manageKeys(ctx, "rotate-key"); err != nil {
			return err
		}
		pause(ctx, between(random, 100*time.Millisecond, 3*time.Second))
	}
	if random.IntN(2) == 0 {
		return w.manageKeys(ctx, "drop-old-keys")
	}
	return nil
}

// manageKeys runs a verb of migrate until it has gone through, as an operator does.
func (w *world) manageKeys(ctx context.Context, verb string) error {
	ctx = context.WithoutCancel(ctx)
	for deadline := time.Now().Add(operatorFor); ; pause(ctx, 200*time.Millisecond) {
		running, cancel := context.WithTimeout(ctx, time.Minute)
		err := finish(running, w.program("migrate", []string{"DATABASE_URL=" + w.postgres.owner(), w.keyURI()}, verb))
		cancel()
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// readKeyRows returns whom there are keys of, and who is said to be erased.
func readKeyRows(ctx context.Context, url string) (rows keyRows, err error) {
	rows.lookups = make(map[uuid.UUID]int)
	err = session(ctx, url, func(ctx context.Context, conn *pgx.Conn) error {
		for table, into := range map[string]*map[uuid.UUID]bool{"keys.persons": &rows.persons, "keys.erased": &rows.erased, "erasures": &rows.erasures} {
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
			rows.lookups[id]++
			return nil
		})
		if err != nil {
			return fmt.Errorf("read keys.lookups: %w", err)
		}
		return nil
	})
	return rows, err
}
