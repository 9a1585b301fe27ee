package privacy_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/events/eventstore"
	"example.com/pgcqrs/internal/privacy"
	"example.com/pgcqrs/test/await"
)

// rotate does what migrate rotate-key does.
func (w *world) rotate() {
	w.t.Helper()
	if _, lost, err := privacy.Rotate(w.t.Context(), w.owner, w.uri, func(int) {}); err != nil || lost > 0 {
		w.t.Fatal(lost, err)
	}
}

// keepPrimary takes all keys but the newest out of the operator's file by hand.
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

// A process that was there before a rotation, and has not heard of it, registers somebody right after it. The old key
// goes, and the person does not.
func TestWhoIsRegisteredAfterARotationIsNotLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, sealedBefore := w.register(unique, "zaphod@example.com") // w.keys knows the old key from here on
	w.rotate()
	after, sealedAfter := w.register("Ford", "ford@example.com")
	w.keepPrimary()
	if text, err := reveal(t.Context(), w.newKeys(), before, sealedBefore); err != nil || text != unique {
		t.Errorf("who was there before reads %q, %v", text, err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), after, sealedAfter); err != nil || text != "Ford" {
		t.Errorf("who came after reads %q, %v", text, err)
	}
}

// A process that has an old copy of the file can't wrap by it: it says so, and makes nobody who is lost.
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
	operator, err := privacy.OperatorKey("file://" + path)
	if err != nil {
		t.Fatal(err)
	}
	w.rotate()
	w.store = eventstore.New(w.pool, eventstore.Config{Decode: decodeGuest, Seal: privacy.New(w.pool, operator).Seal})
	await.Background(t, w.store.Run)
	if _, _, err := w.tryRegister("Ford", "ford@example.com"); !errors.Is(err, privacy.ErrKeysAway) {
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

// Persons are registered by several processes all the while. Rotations run one after another and at once, and old keys
// are taken out. Nobody is lost.
func TestRotationsUnderLoadLoseNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var mu sync.Mutex
	people := make(map[uuid.UUID]events.Personal)
	loading, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for range 3 {
		store := eventstore.New(w.pool, eventstore.Config{Decode: decodeGuest, Seal: w.newKeys().Seal})
		await.Background(t, store.Run)
		process := *w
		process.store = store
		load.Go(func() {
			for loading.Err() == nil {
				id, sealed, err := process.tryRegister(unique, uuid.NewString()+"@example.com")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				people[id] = sealed
				mu.Unlock()
			}
		})
	}
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
				if _, lost, err := privacy.Rotate(t.Context(), w.owner, w.uri, func(int) {}); err != nil || lost > 0 {
					t.Error(lost, err)
				}
			})
		}
		rotations.Wait()
		if _, err := privacy.DropOld(t.Context(), w.owner, w.uri); err != nil {
			t.Error(err)
		}
	}
	grow()
	stop()
	load.Wait()
	w.keepPrimary()
	keys := w.newKeys()
	for id, sealed := range maps.All(people) {
		if text, err := reveal(t.Context(), keys, id, sealed); err != nil || text != unique {
			t.Fatalf("one of %d reads %q, %v", len(people), text, err)
		}
	}
}

// A key stays in the file while a row needs it, also one that a restore has brought back.
func TestAKeyThatIsNeededStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, sealed := w.register(unique, "zaphod@example.com")
	w.execute(`CREATE TABLE backup AS TABLE keys.persons`)
	w.rotate()
	w.execute(`ALTER TABLE keys.persons DISABLE TRIGGER refuse_retired; UPDATE keys.persons p SET wrapped = b.wrapped FROM backup b WHERE b.person_id = p.person_id;
		ALTER TABLE keys.persons ENABLE TRIGGER refuse_retired`)
	if taken, err := privacy.DropOld(t.Context(), w.owner, w.uri); !errors.Is(err, privacy.ErrNeeded) || taken > 0 {
		t.Fatal(taken, err)
	}
	w.rotate()
	if taken, err := privacy.DropOld(t.Context(), w.owner, w.uri); err != nil || taken != 2 {
		t.Fatal(taken, err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, sealed); err != nil || text != unique {
		t.Errorf("read %q, %v", text, err)
	}
}

// Keys that no key decrypts are counted. A process that never had the right file is not ready; one that had it goes on.
func TestKeysThatNoKeyDecryptsAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(unique, "zaphod@example.com")
	w.register("Ford", "ford@example.com")
	start := func() (*privacy.Readable, *prometheus.Registry) {
		operator, err := privacy.OperatorKey(w.uri)
		if err != nil {
			t.Fatal(err)
		}
		registry := prometheus.NewRegistry()
		readable := privacy.NewReadable(w.pool, operator, registry, slog.New(slog.DiscardHandler))
		if err := readable.Check(t.Context()); err == nil || readable.GoesOn(err) {
			t.Errorf("all is said to be well before anybody has looked: %v", err)
		}
		await.Background(t, readable.Run)
		return readable, registry
	}
	counts := func(registry *prometheus.Registry, want float64) bool {
		return value(t, registry) == want
	}
	running, counted := start()
	await.True(t, "all is well", func() bool { return running.Check(t.Context()) == nil && counts(counted, 0) })
	path := strings.TrimPrefix(w.uri, "file://")
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := privacy.NewKeyFile(w.uri); err != nil {
		t.Fatal(err)
	}
	const keys = 3 // of two persons, and of the look-ups
	started, countedToo := start()
	for name, readable := range map[string]*privacy.Readable{"one that had the key": running, "one that never had it": started} {
		await.True(t, name+" notices", func() bool { return errors.Is(readable.Check(t.Context()), privacy.ErrUnreadable) })
		if goesOn := readable.GoesOn(readable.Check(t.Context())); goesOn != (readable == running) {
			t.Errorf("%s goes on: %v", name, goesOn)
		}
	}
	keyless, err := privacy.OperatorKey("")
	if err != nil {
		t.Fatal(err)
	}
	without := privacy.NewReadable(w.pool, keyless, nil, slog.New(slog.DiscardHandler))
	await.Background(t, without.Run)
	await.True(t, "one without a key notices, and goes on", func() bool { return without.GoesOn(without.Check(t.Context())) })
	if !counts(counted, keys) || !counts(countedToo, keys) {
		t.Errorf("counted %v and %v", value(t, counted), value(t, countedToo))
	}
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	await.True(t, "all is well again", func() bool { return started.Check(t.Context()) == nil && counts(countedToo, 0) })
}

// value returns the one metric of a registry.
func value(t *testing.T, registry *prometheus.Registry) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil || len(families) != 1 || families[0].GetName() != "privacy_unreadable_keys" {
		t.Fatal(families, err)
	}
	return families[0].GetMetric()[0].GetGauge().GetValue()
}
