package personal_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/personal"
)

// Erasing one of a million persons (a hundred thousand with -short) takes less than a second. The
// erasure deletes the key of this person and the hashes by which this person can be found. It
// deletes no rows of other persons.
func TestErasingOneOfAMillionPersons(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	const others = `
		WITH made AS (INSERT INTO keys.persons (person_id, wrapped) SELECT gen_random_uuid(), '\x00' FROM generate_series(1, $1::int) RETURNING person_id)
		INSERT INTO keys.lookups (field, index, person_id) SELECT 'email', sha256(person_id::text::bytea), person_id FROM made`
	err := pgx.BeginFunc(t.Context(), w.owner, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `SET LOCAL session_replication_role = replica`); err != nil { // their keys need no check for erased persons
			return err
		}
		_, err := tx.Exec(t.Context(), others, rig.Million())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	w.erase(id, 1)
	took := time.Since(start)
	t.Logf("erased in %v", took)
	if took > time.Second {
		t.Errorf("it took %v", took)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); !errors.Is(err, personal.ErrErased) {
		t.Errorf("it is still %q, %v", text, err)
	}
	if rows := w.count(everything); rows != 2*rig.Million() {
		t.Errorf("%d rows are left, want those of the others", rows)
	}
}
