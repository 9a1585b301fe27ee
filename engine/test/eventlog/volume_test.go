package eventlog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/volume"
	"example.com/pgcqrs/engine/pg"
)

// The volume of the log counts the events by day and type, with their sizes, and lists the longest
// streams. A limit leaves older events out.
func TestVolumeOfTheLog(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store, pool := newStore(t, url), connect(t, url)
	if v, err := volume.Measure(t.Context(), pool, volume.Limits{Within: time.Minute}); err != nil || v.Last != 0 || v.First != 1 || len(v.Days)+len(v.Longest) != 0 {
		t.Errorf("an empty log has %+v, %v", v, err)
	}
	long, short := uuid.New(), uuid.New()
	appendTo := func(id uuid.UUID, version int64, events ...event.Event) {
		t.Helper()
		mustAppend(t, store, event.Append{Streams: []event.StreamAppend{{Type: tank.Stream, ID: id, Expected: version, Events: events}}})
	}
	appendTo(short, 0, tank.Built{Place: strings.Repeat("roof ", 20)})
	appendTo(long, 0, tank.Built{Place: "x"}, poured(1), poured(2), poured(3))
	all, err := volume.Measure(t.Context(), pool, volume.Limits{Within: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if all.First != 1 || all.Last != 5 || len(all.Longest) != 2 || all.Longest[0] != (volume.Stream{StreamType: tank.Stream, StreamID: long, Version: 4}) {
		t.Errorf("got %+v", all)
	}
	const stored = `SELECT sum(pg_column_size(data) + pg_column_size(metadata))::bigint FROM events WHERE position <= 2`
	built := all.Days[1]
	if all.Days[0].Type != "tank.poured" || all.Days[0].Events != 3 || built.Events != 2 || built.Bytes != rig.One[int64](t, pool, stored) {
		t.Errorf("the days are %+v", all.Days)
	}
	if built.Largest <= built.Mean() || built.Day != rig.One[string](t, pool, `SELECT (recorded_at AT TIME ZONE 'UTC')::date::text FROM events WHERE position = 1`) {
		t.Errorf("tanks were built: %+v, on average %d", built, built.Mean())
	}
	two, err := volume.Measure(t.Context(), pool, volume.Limits{Events: 2, Within: time.Minute})
	if err != nil || two.First != 4 || len(two.Days) != 1 || two.Days[0].Events != 2 || len(two.Longest) != 1 {
		t.Errorf("the last two are %+v, %v", two, err)
	}
}

// A measurement that takes too long ends with an error that says what to do, and not with the error
// of the database.
func TestVolumeHasATimeLimit(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	tx, err := connect(t, url).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	rig.Do(t, tx, `LOCK TABLE events IN ACCESS EXCLUSIVE MODE`)
	_, err = volume.Measure(t.Context(), pool, volume.Limits{Events: 10, Within: 50 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "longer than 50ms; measure fewer events, or allow more time") {
		t.Errorf("got %v", err)
	}
}

// The statements read the last events by the primary key, and never the whole table.
func TestVolumeReadsOnlyTheLastEvents(t *testing.T) {
	t.Parallel()
	pool, err := pg.Open(t.Context(), testdb.New(t), t.Name(), 1) // one session, because each session reports its own reads
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	rig.Do(t, pool, `INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		SELECT n, 'tank', gen_random_uuid(), 1, gen_random_uuid(), 'tank.built', 1, '{}', '{}', now(), now() FROM generate_series(1, 20000) n`)
	rig.Do(t, pool, `ANALYZE events`)
	scans := func() int64 {
		rig.Do(t, pool, `SELECT pg_stat_force_next_flush()`)
		return rig.One[int64](t, pool, `SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'events'`)
	}
	measured := func(limits volume.Limits) int64 {
		before := scans()
		if v, err := volume.Measure(t.Context(), pool, limits); err != nil || v.Last != 20000 {
			t.Fatal(v, err)
		}
		return scans() - before
	}
	if n := measured(volume.Limits{Events: 100, Within: time.Minute}); n != 0 {
		t.Errorf("the last events take %d sequential scans of the log", n)
	}
	if n := measured(volume.Limits{Within: time.Minute}); n == 0 {
		t.Error("this test counts no sequential scans")
	}
}
