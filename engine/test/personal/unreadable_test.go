package personal_test

import (
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/readable"
	"example.com/pgcqrs/engine/personal/rotation"
)

// The stored key of one person can't be decrypted. A process stays ready nevertheless, and a metric
// counts the key. A rotation of the keys returns the id of this person. The owner of the database
// then records the person as erased, as docs/operations.md says in the section "KeysUnreadable".
func TestOneUnreadableKeyTurnsNothingOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register("Ford", "ford@example.com")
	lost, encrypted := w.register(unique, "zaphod@example.com")
	w.execute(`UPDATE keys.persons SET wrapped = '\x01deadbeef0102' WHERE person_id = '` + lost.String() + `'`)
	operator, err := operator.Open(w.uri)
	if err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	started := readable.New(w.pool, operator, registry, slog.New(slog.DiscardHandler))
	await.Background(t, started.Run)
	await.True(t, "it is counted, and the process is ready", func() bool {
		err := started.Check(t.Context())
		return errors.Is(err, readable.ErrUnreadable) && started.GoesOn(err) && value(t, registry) == 1
	})
	_, unread, err := rotation.Run(t.Context(), w.owner, w.uri, guest.Decode, func(int) {})
	if err != nil || len(unread) != 1 || unread[0] != lost {
		t.Errorf("named are %v, and not %v: %v", unread, lost, err)
	}
	if _, err := rotation.DropOld(t.Context(), w.owner, w.uri); !errors.Is(err, rotation.ErrNeeded) {
		t.Errorf("old keys were taken out: %v", err)
	}
	w.execute(`INSERT INTO erasures (person_id) VALUES ('` + lost.String() + `') ON CONFLICT DO NOTHING;
		INSERT INTO keys.erased (person_id) VALUES ('` + lost.String() + `') ON CONFLICT DO NOTHING;
		DELETE FROM keys.persons WHERE person_id = '` + lost.String() + `'`)
	if _, err := reveal(t.Context(), w.newKeys(), lost, encrypted); !errors.Is(err, personal.ErrErased) {
		t.Errorf("got %v", err)
	}
	w.rotate()
	if _, err := rotation.DropOld(t.Context(), w.owner, w.uri); err != nil {
		t.Error(err)
	}
	await.True(t, "all is well", func() bool { return started.Check(t.Context()) == nil })

	if err := os.Rename(w.path(), w.path()+".away"); err != nil {
		t.Fatal(err)
	}
	await.True(t, "that the file can't be read is told apart", func() bool {
		err := started.Check(t.Context())
		return errors.Is(err, readable.ErrNoFile) && errors.Is(err, os.ErrNotExist)
	})
}

// The keys of persons are encrypted by a wrapping key in a file. Somebody replaces the right file
// by a wrong file, so that the stored keys can't be decrypted. A metric counts these keys. A
// process that has read the right file earlier stays ready. A process that has never read the right
// file is not ready.
func TestKeysThatNoKeyDecryptsAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(unique, "zaphod@example.com")
	w.register("Ford", "ford@example.com")
	start := func() (*readable.Monitor, *prometheus.Registry) {
		operator, err := operator.Open(w.uri)
		if err != nil {
			t.Fatal(err)
		}
		registry := prometheus.NewRegistry()
		monitor := readable.New(w.pool, operator, registry, slog.New(slog.DiscardHandler))
		if err := monitor.Check(t.Context()); err == nil || monitor.GoesOn(err) {
			t.Errorf("all is said to be well before anybody has looked: %v", err)
		}
		await.Background(t, monitor.Run)
		return monitor, registry
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
	if _, err := keyfile.New(w.uri); err != nil {
		t.Fatal(err)
	}
	const keys = 3 // the keys of two persons, and the key of the lookups
	started, countedToo := start()
	for name, monitor := range map[string]*readable.Monitor{"one that had the key": running, "one that never had it": started} {
		await.True(t, name+" notices", func() bool { return errors.Is(monitor.Check(t.Context()), readable.ErrUnreadable) })
		if goesOn := monitor.GoesOn(monitor.Check(t.Context())); goesOn != (monitor == running) {
			t.Errorf("%s goes on: %v", name, goesOn)
		}
	}
	keyless, err := operator.Open("")
	if err != nil {
		t.Fatal(err)
	}
	without := readable.New(w.pool, keyless, nil, slog.New(slog.DiscardHandler))
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

// value returns the value of the metric privacy_unreadable_keys. The registry must have no other
// metric.
func value(t *testing.T, registry *prometheus.Registry) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil || len(families) != 1 || families[0].GetName() != "privacy_unreadable_keys" {
		t.Fatal(families, err)
	}
	return families[0].GetMetric()[0].GetGauge().GetValue()
}
