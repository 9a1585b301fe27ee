package personal_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/rotation"
)

// rotate rotates the wrapping key, by which the keys of persons are encrypted. The command "migrate
// rotate-key" does the same.
func (w *world) rotate() {
	w.t.Helper()
	if _, lost, err := rotation.Run(w.t.Context(), w.owner, w.uri, guest.Decode, func(int) {}); err != nil || len(lost) > 0 {
		w.t.Fatal(lost, err)
	}
}

// keepPrimary removes all keys except the newest one from the key file. An operator could edit the
// file in the same way.
func (w *world) keepPrimary() {
	w.t.Helper()
	path := strings.TrimPrefix(w.uri, "file://")
	text, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	var keyset struct {
		PrimaryKeyID json.Number      `json:"primaryKeyId"`
		Key          []map[string]any `json:"key"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&keyset); err != nil {
		w.t.Fatal(err)
	}
	for _, key := range keyset.Key {
		if key["keyId"] == keyset.PrimaryKeyID {
			keyset.Key = []map[string]any{key}
			break
		}
	}
	if text, err = json.Marshal(keyset); err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// The wrapping key encrypts the keys of persons. A process has cached the old wrapping key. Right
// after a rotation, this process registers a new person. The person's text can still be decrypted
// after the old wrapping key was removed.
func TestWhoIsRegisteredAfterARotationIsNotLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, encryptedBefore := w.register(unique, "zaphod@example.com") // w.keys has the old key in memory from here on
	w.rotate()
	after, encryptedAfter := w.register("Ford", "ford@example.com")
	w.keepPrimary()
	if text, err := reveal(t.Context(), w.newKeys(), before, encryptedBefore); err != nil || text != unique {
		t.Errorf("who was there before reads %q, %v", text, err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), after, encryptedAfter); err != nil || text != "Ford" {
		t.Errorf("who came after reads %q, %v", text, err)
	}
}

// The key of each person is encrypted by a wrapping key in a file. A process uses an old copy of
// this file. When the process registers a person, it can't encrypt the person's key, and returns an
// error.
func TestACopyOfTheOldFileWrapsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(unique, "zaphod@example.com")
	text, err := os.ReadFile(strings.TrimPrefix(w.uri, "file://"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	operator, err := operator.Open("file://" + path)
	if err != nil {
		t.Fatal(err)
	}
	w.rotate()
	w.store = eventlog.New(w.pool, eventlog.Config{Decode: guest.Decode, Encrypt: personal.New(w.pool, operator).Encrypt})
	await.Background(t, w.store.Run)
	if _, _, err := w.tryRegister("Ford", "ford@example.com"); !errors.Is(err, personal.ErrKeysAway) {
		t.Errorf("got %v", err)
	}
	if count := w.count(`SELECT count(*) FROM keys.persons`); count != 1 {
		t.Errorf("%d persons have a key", count)
	}
}

func (w *world) count(sql string) (count int) {
	w.t.Helper()
	if err := w.owner.QueryRow(w.t.Context(), sql).Scan(&count); err != nil {
		w.t.Fatal(err)
	}
	return count
}

// Three stores, as in three processes, register persons and change addresses all the time.
// Meanwhile the key that encrypts the persons' keys is rotated three times, each time by two
// concurrent rotations, and old keys are removed. During this time, a person whose address does not
// change can always be found. Afterwards each person's text can be decrypted, and each person is
// found by the current address.
func TestRotationsUnderLoadLoseNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var mu sync.Mutex
	people, emails := make(map[uuid.UUID]event.Personal), make(map[uuid.UUID]string)
	there, encrypted := w.register(unique, "zaphod@example.com")
	people[there], emails[there] = encrypted, "zaphod@example.com"
	loading, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for range 3 {
		store := eventlog.New(w.pool, eventlog.Config{Decode: guest.Decode, Encrypt: w.newKeys().Encrypt})
		await.Background(t, store.Run)
		process := *w
		process.store = store
		load.Go(func() {
			for range steadily(loading) {
				id, encrypted, err := process.tryRegister(unique, "before-"+uuid.NewString()+"@example.com")
				email := "now-" + uuid.NewString() + "@example.com"
				if err == nil {
					err = process.append(id, 1, guest.ContactChanged{Name: event.Private(unique), Email: event.Private(email)})
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				people[id], emails[id] = encrypted, email
				mu.Unlock()
			}
		})
	}
	searching := w.newKeys()
	load.Go(func() {
		for range steadily(loading) {
			began := time.Now()
			found, err := w.find(searching, "email", "zaphod@example.com")
			if slow := time.Since(began) > time.Second; !slow && (err != nil || len(found) != 1) {
				t.Errorf("meanwhile %v is found: %v", found, err)
				return
			}
		}
	})
	grow := func() {
		mu.Lock()
		before := len(people)
		mu.Unlock()
		await.True(t, "more persons are registered", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(people) > before+3
		})
	}
	for range 3 {
		grow()
		var rotations sync.WaitGroup
		for range 2 {
			rotations.Go(func() {
				if _, lost, err := rotation.Run(t.Context(), w.owner, w.uri, guest.Decode, func(int) {}); err != nil || len(lost) > 0 {
					t.Error(lost, err)
				}
			})
		}
		rotations.Wait()
		if _, err := rotation.DropOld(t.Context(), w.owner, w.uri); err != nil {
			t.Error(err)
		}
	}
	grow()
	stop()
	load.Wait()
	w.keepPrimary()
	keys := w.newKeys()
	for id, encrypted := range maps.All(people) {
		if text, err := reveal(t.Context(), keys, id, encrypted); err != nil || text != unique {
			t.Fatalf("one of %d reads %q, %v", len(people), text, err)
		}
		if found, err := w.find(keys, "email", emails[id]); err != nil || len(found) != 1 || found[0] != id {
			t.Fatalf("one of %d is not found: %v, %v", len(people), found, err)
		}
	}
	if rows := w.count(`SELECT count(*) FROM keys.lookups`); rows != len(people) {
		t.Errorf("%d look-ups are there of %d persons", rows, len(people))
	}
	if secrets := w.count(`SELECT count(*) FROM keys.secrets WHERE name <> 'fingerprints'`); secrets != 1 {
		t.Errorf("%d keys of look-ups are left", secrets)
	}
}

// steadily returns an iterator that yields at most forty times per second, until ctx ends.
func steadily(ctx context.Context) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		ticker := time.NewTicker(25 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-ticker.C:
				if !yield(now) {
					return
				}
			}
		}
	}
}

// A key stays in the key file while any row of the database is encrypted with it, even a row that
// was restored from a backup.
func TestAKeyThatIsNeededStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	w.execute(`CREATE TABLE backup AS TABLE keys.persons`)
	w.rotate()
	w.execute(`ALTER TABLE keys.persons DISABLE TRIGGER refuse_retired; UPDATE keys.persons p SET wrapped = b.wrapped FROM backup b WHERE b.person_id = p.person_id;
		ALTER TABLE keys.persons ENABLE TRIGGER refuse_retired`)
	if taken, err := rotation.DropOld(t.Context(), w.owner, w.uri); !errors.Is(err, rotation.ErrNeeded) || taken > 0 {
		t.Fatal(taken, err)
	}
	w.rotate()
	if taken, err := rotation.DropOld(t.Context(), w.owner, w.uri); err != nil || taken != 2 {
		t.Fatal(taken, err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); err != nil || text != unique {
		t.Errorf("read %q, %v", text, err)
	}
}
