package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/process/api"
	"example.com/pgcqrs/internal/events"
)

// The function Evolve of each aggregate accepts every event of the golden files, in many orders and
// with many contents. It never changes the state that it is given. The test is in cmd/api because
// only this program knows all aggregates. A package with a function Query decides over a boundary
// (events of several streams). Such a package is no aggregate, so the test ignores it.
func TestNoEvolveChangesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	wired := wiring(t).Aggregates
	written, err := filepath.Glob("../../internal/write/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	packages, boundaries := make(map[string]bool), make(map[string]bool)
	for _, file := range written {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(filepath.Dir(file))
		packages[name] = packages[name] || strings.Contains(string(source), "\nfunc Evolve(")
		boundaries[name] = boundaries[name] || strings.Contains(string(source), "\nfunc Query(")
	}
	maps.DeleteFunc(packages, func(name string, evolves bool) bool { return !evolves || boundaries[name] })
	if len(packages) != len(wired) {
		t.Errorf("internal/write has the aggregates %v, and wire has %d: each belongs into aggregates, in wire.go",
			slices.Sorted(maps.Keys(packages)), len(wired))
	}
	for _, a := range wired {
		for _, kind := range contents(t) {
			if err := a.CheckEvolve(kind); err != nil {
				t.Error(err)
			}
		}
	}
}

// wiring returns the Domain of the API process. Its connection pools never connect to a database.
func wiring(t *testing.T) api.Domain {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	on, err := api.Open(api.Config{Decode: events.DecodeEvent, KeepStates: 1}, pool, pool, prometheus.NewRegistry(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return wire(on)
}

// contents returns groups of events: one group for each stream type, and one group with all events.
// The events are those of the golden files, each with several variants of its content. The stream
// type is the first word of the event's type.
func contents(t *testing.T) [][]func() event.Event {
	t.Helper()
	files, err := filepath.Glob("../../internal/events/testdata/*.[0-9]*.json")
	if err != nil {
		t.Fatal(err)
	}
	stored := regexp.MustCompile(`^((\w+)[^/]*)\.(\d+)(?:-[a-z-]+)?\.json$`)
	kinds := make(map[string][]func() event.Event)
	dice := rand.New(rand.NewPCG(1, 1))
	for _, file := range files {
		name := stored.FindStringSubmatch(filepath.Base(file))
		version, err := strconv.Atoi(name[3])
		if err != nil {
			t.Fatal(err)
		}
		golden, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range varied(t, golden, dice) {
			decode := func() (event.Event, error) { return events.DecodeEvent(name[1], version, data) }
			if _, err := decode(); err != nil {
				continue // decoding rejects this content
			}
			e := func() event.Event {
				e, _ := decode()
				return e
			}
			kinds[name[2]], kinds[""] = append(kinds[name[2]], e), append(kinds[""], e)
		}
	}
	return slices.Collect(maps.Values(kinds))
}

// The contents of the test events must differ from each other, so that Evolve builds long lists and
// maps from these events.
func TestContentsAreManyAndDistinct(t *testing.T) {
	t.Parallel()
	contents := make(map[string]map[any]bool)
	for _, data := range varied(t, []byte(`{"name": "pear", "id": "0198c5a5-94c8-7b3c-8d8a-6c5f2c9f1a3b", "at": "2026-01-02T03:04:05Z", "number": 7}`), rand.New(rand.NewPCG(1, 1))) {
		var content map[string]any
		if err := json.Unmarshal(data, &content); err != nil {
			t.Fatal(err)
		}
		for name, value := range content {
			if contents[name] == nil {
				contents[name] = make(map[any]bool)
			}
			contents[name][value] = true
		}
		if _, err := uuid.Parse(fmt.Sprint(content["id"])); err != nil {
			t.Errorf("%v is no id: %v", content["id"], err)
		}
		if _, err := time.Parse(time.RFC3339, fmt.Sprint(content["at"])); err != nil {
			t.Errorf("%v is no time: %v", content["at"], err)
		}
	}
	for name, values := range contents {
		if len(values) < 10 {
			t.Errorf("%s has %d values: %v", name, len(values), values)
		}
	}
}

// varied returns the JSON value golden, and variants of it with other values. In each variant some
// leaves of the JSON value are changed, and other leaves are unchanged. In all variants together,
// each leaf has at least ten values.
func varied(t *testing.T, golden []byte, dice *rand.Rand) (all [][]byte) {
	t.Helper()
	all = append(all, golden)
	for range 40 {
		var content any
		if err := json.Unmarshal(golden, &content); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(change(content, dice))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data)
	}
	return all
}

// change changes about two thirds of the leaves of a JSON value. change replaces an id by another
// id, and a time by another time.
func change(value any, dice *rand.Rand) any {
	n := 0
	if dice.IntN(3) > 0 {
		n = 1 + dice.IntN(16)
	}
	switch v := value.(type) {
	case map[string]any:
		changed := make(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			changed[name] = change(v[name], dice)
		}
		return changed
	case []any:
		var changed []any
		for range n % 3 * min(len(v), 1) {
			changed = append(changed, change(v[0], dice))
		}
		for _, element := range v {
			changed = append(changed, change(element, dice))
		}
		return changed
	case string:
		if n > 0 {
			return changeText(v, n)
		}
	case float64:
		return v + float64(n)
	}
	return value
}

func changeText(text string, n int) string {
	if id, err := uuid.Parse(text); err == nil {
		id[len(id)-1] += byte(n)
		return id.String()
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.AddDate(0, 0, n).Format(layout)
		}
	}
	return fmt.Sprint(text, n)
}
