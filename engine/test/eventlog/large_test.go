package eventlog_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// Even if the events are large, one read returns at most a limited number of bytes. In the end the
// reader has got all events.
func TestLargeEventsAreReadInParts(t *testing.T) {
	t.Parallel()
	const count, most = 60, 9 << 20
	for name, value := range map[string]string{
		"what does not shrink": `(SELECT string_agg(md5(random()::text || n || m), '') FROM generate_series(1, 12288) m)`,
		"what does":            `repeat('x', 393216)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := connect(t, testdb.New(t))
			execute(t, pool, `
				INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
				SELECT n, 'tank', '00000000-0000-0000-0000-000000000001', n, gen_random_uuid(), 'tank.poured', 1, jsonb_build_object('note', `+value+`), '{}', now(), now()
				FROM generate_series(1, 60) n`)
			store := eventlog.New(pool, eventlog.Config{Decode: tank.Decode})
			at := int64(0)
			for read := 1; read > 0; {
				tail, err := store.After(t.Context(), at, 500)
				if err != nil {
					t.Fatal(err)
				}
				bytes := 0
				for _, e := range tail {
					if at++; e.Position != at {
						t.Fatalf("position %d where %d was due", e.Position, at)
					}
					bytes += len(e.Data)
				}
				if read = len(tail); bytes > most {
					t.Errorf("%d bytes at once", bytes)
				}
			}
			if at != count {
				t.Errorf("read %d events of %d", at, count)
			}
			pagesOfLargeEvents(t, store, count, most)
			loadsOfLargeEvents(t, pool, name == "what does", count)
		})
	}
}

// pagesOfLargeEvents reads a stream page by page. Each page except the last one must say that more
// events follow.
func pagesOfLargeEvents(t *testing.T, store *eventlog.Store, count int64, most int) {
	t.Helper()
	at := int64(0)
	for more := true; more; {
		page, cut, err := store.Page(t.Context(), tank.Stream, uuid.UUID{15: 1}, at, 50)
		if err != nil || len(page) == 0 {
			t.Fatalf("after %d: %d events, %v", at, len(page), err)
		}
		bytes := 0
		for _, e := range page {
			if at++; e.Version != at || len(e.Data) == 0 {
				t.Fatalf("version %d of %d bytes where %d was due", e.Version, len(e.Data), at)
			}
			bytes += len(e.Data)
		}
		if more = cut; bytes > most {
			t.Errorf("%d bytes on a page", bytes)
		}
	}
	if at != count {
		t.Errorf("read %d events of %d in pages", at, count)
	}
	found, err := store.Search(t.Context(), 0, count, "", "", 50)
	if err != nil || len(found) != 50 || found[49].Position != 50 {
		t.Fatalf("found %d events, %v", len(found), err)
	}
	for _, e := range found {
		if len(e.Data) > 0 {
			t.Errorf("who did what takes %d bytes of version %d", len(e.Data), e.Version)
		}
	}
}

// loadsOfLargeEvents loads a stream. If several streams are loaded by one query, each load gets at
// most one large event from that query.
func loadsOfLargeEvents(t *testing.T, pool *pgxpool.Pool, shrinks bool, count int64) {
	t.Helper()
	registry := prometheus.NewRegistry()
	store := eventlog.New(pool, eventlog.Config{Decode: tank.Decode, Registerer: registry})
	if err := store.LoadTo(t.Context(), tank.Stream, uuid.UUID{15: 1}, 0, 1, func(event.Recorded) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if bytes := rig.Sum(t, registry, "eventstore_read_bytes_total"); bytes == 0 || !shrinks && bytes > 1<<20 { // the server counts the stored, compressed bytes
		t.Errorf("the first events have %v bytes", bytes)
	}
	at := int64(0)
	err := store.Load(t.Context(), tank.Stream, uuid.UUID{15: 1}, 0, func(e event.Recorded) error {
		if at++; e.Version != at || len(e.Data) == 0 {
			t.Fatalf("version %d of %d bytes where %d was due", e.Version, len(e.Data), at)
		}
		return nil
	})
	if err != nil || at != count {
		t.Errorf("loaded %d events of %d, %v", at, count, err)
	}
}
