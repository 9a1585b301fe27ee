package privacy_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"iter"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventstore"
	"example.com/pgcqrs/engine/privacy"
)

// rotate does what migrate rotate-key does.
func (w *world) rotate() {
	w.t.Helper()
	if _, lost, err := privacy.Rotate(w.t.Context(), w.owner, w.uri, decodeGuest, func(int) {}); err != nil || len(lost) > 0 {
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

// Persons are registered, and change their address, by several processes all the while. Rotations run one after another and at
// once, and old keys are taken out. Nobody is lost, and everybody is found by what they have now, also meanwhile.
func TestRotationsUnderLoadLoseNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var mu sync.Mutex
	people, emails := make(map[uuid.UUID]event.Personal), make(map[uuid.UUID]string)
	there, sealed := w.register(unique, "zaphod@example.com")
	people[there], emails[there] = sealed, "zaphod@example.com"
	loading, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for range 3 {
		store := eventstore.New(w.pool, eventstore.Config{Decode: decodeGuest, Seal: w.newKeys().Seal})
		await.Background(t, store.Run)
		process := *w
		process.store = store
		load.Go(func() {
			for range steadily(loading) {
				id, sealed, err := process.tryRegister(unique, "before-"+uuid.NewString()+"@example.com")
				email := "now-" + uuid.NewString() + "@example.com"
				if err == nil {
					err = process.append(id, 1, guestContactChanged{Name: event.Private(unique), Email: event.Private(email)})
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				people[id], emails[id] = sealed, email
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
				if _, lost, err := privacy.Rotate(t.Context(), w.owner, w.uri, decodeGuest, func(int) {}); err != nil || len(lost) > 0 {
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

// steadily goes on until ctx ends, forty times a second at most.
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

// An old copy of the schema keys confirms nobody's address to whoever has all keys of today, nor is anybody found less for it.
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
		if _, err := privacy.DropOld(t.Context(), w.owner, w.uri); err != nil {
			t.Fatal(err)
		}
		if w.confirms(email) || w.confirms("strasse@example.com") {
			t.Error("whoever has an old copy of keys, and those of today, can confirm an address")
		}
		for process, keys := range map[string]*privacy.Keys{"that runs": w.keys, "that starts": w.newKeys()} {
			if found, err := w.find(keys, "email", "STRASSE@example.com"); err != nil || len(found) != 1 || found[0] != stays {
				t.Errorf("a process %s finds %v: %v", process, found, err)
			}
		}
	}
}

// confirms reports whether a guess at an address is confirmed by the copy of look-ups, with the secrets of today or of the copy.
func (w *world) confirms(email string) bool {
	w.t.Helper()
	operator, err := privacy.OperatorKey(w.uri)
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
			sum.Write([]byte("email\n" + privacy.Fold(email)))
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

// A rotation that was interrupted is taken up by the next one, wherever that was, and an address that was changed meanwhile
// is found, and the one of before is not.
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
		if _, _, err := privacy.Rotate(t.Context(), w.owner, w.uri, decodeGuest, func(int) {}); err == nil {
			t.Fatalf("%s: it was not interrupted", step)
		}
		w.execute(`DROP TRIGGER IF EXISTS interrupt ON keys.secrets; DROP TRIGGER IF EXISTS interrupt ON keys.lookups`)
		for process, keys := range map[string]*privacy.Keys{"that runs": w.keys, "that starts": w.newKeys()} {
			if found, err := w.find(keys, "email", "zaphod@example.com"); err != nil || len(found) != 1 {
				t.Errorf("%s: a process %s finds %v: %v", step, process, found, err)
			}
		}
		if taken, err := privacy.DropOld(t.Context(), w.owner, w.uri); !errors.Is(err, privacy.ErrNeeded) {
			t.Errorf("%s: old keys were taken out: %d, %v", step, taken, err)
		}
	}
	if err := w.append(id, 1, guestContactChanged{Name: event.Private(unique), Email: event.Private("president@example.com")}); err != nil {
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
	if _, err := privacy.DropOld(t.Context(), w.owner, w.uri); err != nil {
		t.Error(err)
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
