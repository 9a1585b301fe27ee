package log_test

import (
	"testing"

	"example.com/pgcqrs/internal/events/eventstore"
	"example.com/pgcqrs/test/tank"
	"example.com/pgcqrs/test/testdb"
)

// A reader gets as many bytes at a time as it may, however large the events are, and all of them.
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
			store := eventstore.New(pool, eventstore.Config{Decode: tank.Decode})
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
		})
	}
}
