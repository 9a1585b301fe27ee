package personal_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/lookup"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/rotation"
)

// A lookup is a keyed hash of a personal text. An attacker has an old copy of the database schema
// named keys, and all current keys. After a rotation of the keys, the attacker can't check whether
// the copy contains a guessed address. The current lookups still find every person.
func TestOldLookUpsSayNothingAfterARotation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const email = "Zaphod@example.com"
	id, _ := w.register(unique, email)
	stays, _ := w.register("Ford", "Stra\u00dfe@example.com")
	w.execute(`CREATE SCHEMA copy; CREATE TABLE copy.lookups AS TABLE keys.lookups; CREATE TABLE copy.secrets AS TABLE keys.secrets`)
	if !w.confirms(email) {
		t.Fatal("the copy says nothing, also before the rotation")
	}
	w.erase(id, 1)
	for range 2 {
		w.rotate()
		if _, err := rotation.DropOld(t.Context(), w.owner, w.uri); err != nil {
			t.Fatal(err)
		}
		if w.confirms(email) || w.confirms("strasse@example.com") {
			t.Error("whoever has an old copy of keys, and those of today, can confirm an address")
		}
		for process, keys := range map[string]*personal.Keys{"that runs": w.keys, "that starts": w.newKeys()} {
			if found, err := w.find(keys, "email", "STRASSE@example.com"); err != nil || len(found) != 1 || found[0] != stays {
				t.Errorf("a process %s finds %v: %v", process, found, err)
			}
		}
	}
}

// confirms reports whether the old lookups contain the hash of a guessed address. confirms tries
// the current secrets and the secrets of the copy.
func (w *world) confirms(email string) bool {
	w.t.Helper()
	operator, err := operator.Open(w.uri)
	if err != nil {
		w.t.Fatal(err)
	}
	rows, err := w.owner.Query(w.t.Context(), `SELECT name, wrapped FROM keys.secrets UNION ALL SELECT name, wrapped FROM copy.secrets`)
	if err != nil {
		w.t.Fatal(err)
	}
	var name string
	var wrapped []byte
	var guesses [][]byte
	_, err = pgx.ForEachRow(rows, []any{&name, &wrapped}, func() error {
		if key, err := operator.Decrypt(wrapped, []byte(name)); err == nil {
			sum := hmac.New(sha256.New, key)
			sum.Write([]byte("email\n" + lookup.Fold(email)))
			guesses = append(guesses, sum.Sum(nil))
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	var confirmed bool
	if err := w.owner.QueryRow(w.t.Context(), `SELECT EXISTS (SELECT FROM copy.lookups WHERE substr(index, greatest(length(index) - 31, 1)) = ANY ($1))`, guesses).Scan(&confirmed); err != nil {
		w.t.Fatal(err)
	}
	return confirmed
}

// A person is found by a lookup, a keyed hash of the person's address. A rotation replaces the key
// of the lookups. If a rotation is interrupted at any step, the next rotation completes it. Between
// the two rotations, a person changes the address. Afterwards the person is found by the new
// address, and not by the old address.
func TestAnInterruptedRotationIsTakenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.register(unique, "zaphod@example.com")
	gone, _ := w.register("Arthur", "arthur@example.com")
	w.erase(gone, 1)
	w.execute(`CREATE FUNCTION interrupt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'interrupted'; END $$`)
	for step, interrupt := range map[string]string{
		"as look-ups are made by the new key": `CREATE TRIGGER interrupt BEFORE UPDATE ON keys.secrets FOR EACH ROW EXECUTE FUNCTION interrupt()`,
		"as they are made anew":               `CREATE TRIGGER interrupt BEFORE UPDATE ON keys.lookups FOR EACH ROW EXECUTE FUNCTION interrupt()`,
		"as the old key goes":                 `CREATE TRIGGER interrupt BEFORE DELETE ON keys.secrets FOR EACH ROW EXECUTE FUNCTION interrupt()`,
	} {
		w.execute(interrupt)
		if _, _, err := rotation.Run(t.Context(), w.owner, w.uri, guest.Decode, func(int) {}); err == nil {
			t.Fatalf("%s: it was not interrupted", step)
		}
		w.execute(`DROP TRIGGER IF EXISTS interrupt ON keys.secrets; DROP TRIGGER IF EXISTS interrupt ON keys.lookups`)
		for process, keys := range map[string]*personal.Keys{"that runs": w.keys, "that starts": w.newKeys()} {
			if found, err := w.find(keys, "email", "zaphod@example.com"); err != nil || len(found) != 1 {
				t.Errorf("%s: a process %s finds %v: %v", step, process, found, err)
			}
		}
		if taken, err := rotation.DropOld(t.Context(), w.owner, w.uri); !errors.Is(err, rotation.ErrNeeded) {
			t.Errorf("%s: old keys were taken out: %d, %v", step, taken, err)
		}
	}
	if err := w.append(id, 1, guest.ContactChanged{Name: event.Private(unique), Email: event.Private("president@example.com")}); err != nil {
		t.Fatal(err)
	}
	w.rotate()
	for email, want := range map[string]int{"zaphod@example.com": 0, "president@example.com": 1} {
		if found, err := w.find(w.newKeys(), "email", email); err != nil || len(found) != want {
			t.Errorf("%s finds %v: %v", email, found, err)
		}
	}
	if rows, secrets := w.count(`SELECT count(*) FROM keys.lookups`), w.count(`SELECT count(*) FROM keys.secrets`); rows != 1 || secrets != 1 {
		t.Errorf("%d look-ups and %d keys of look-ups are there", rows, secrets)
	}
	if _, err := rotation.DropOld(t.Context(), w.owner, w.uri); err != nil {
		t.Error(err)
	}
}
