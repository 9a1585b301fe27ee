package spec

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/park"
)

// Projection runs a projection on real tables, passes events to it, and compares the resulting
// rows. It runs until the test ends.
type Projection struct {
	t         testing.TB
	pool      *pgxpool.Pool
	projector *projection.Projector
	name      string
	position  int64
	versions  map[uuid.UUID]int64
}

// NewProjection runs a projection on a database that only this test uses (testdb.New). The
// parameter pool must be connected to the database as its owner.
func NewProjection(t testing.TB, pool *pgxpool.Pool, decode event.Decode, name string, apply projection.Apply, tables ...string) *Projection {
	t.Helper()
	log := eventlog.New(pool, eventlog.Config{Decode: decode})
	projector := rig.Projector(pool, log, projection.Config{Decode: decode})
	projector.Add(name, apply, tables...)
	await.Background(t, projector.Run)
	return &Projection{t, pool, projector, name, 0, make(map[uuid.UUID]int64)}
}

// Began is the time of the event at position 1. Each later event happens one second after the event
// before it.
var Began = time.Date(2026, time.January, 1, 0, 0, 1, 0, time.UTC)

// Given appends events to a stream. It does not encrypt them, so their personal fields must already
// be encrypted (event.NewEncrypted). Given waits until the projection has applied these events, and
// returns the position of the last one. The test fails if the projection can't apply an event.
func (p *Projection) Given(streamType string, id uuid.UUID, events ...event.Event) (position int64) {
	p.t.Helper()
	const record = `
		INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		VALUES ($1, $2, $3, $4, gen_random_uuid(), $5, $6, $7, '{}', $8, $8)`
	together := &pgx.Batch{}
	for _, e := range events {
		data, err := json.Marshal(e)
		if err != nil {
			p.t.Fatal(err)
		}
		at := Began.Add(time.Duration(p.position) * time.Second)
		p.position++
		p.versions[id]++
		together.Queue(record, p.position, streamType, id, p.versions[id], e.EventType(), e.SchemaVersion(), string(data), at)
	}
	if err := p.pool.SendBatch(p.t.Context(), together).Close(); err != nil {
		p.t.Fatal(err)
	}
	rig.WaitFor(p.t, p.pool, p.name, p.position)
	parked, err := park.List(p.t.Context(), p.projector.Set())
	if err != nil {
		p.t.Fatal(err)
	}
	for _, stream := range parked {
		p.t.Errorf("%s can't apply an event of %s: %s", p.name, stream.StreamID, stream.Error)
	}
	return p.position
}

// Then checks that a query returns these rows. Each row has the text form that PostgreSQL uses for
// rows, such as "(1,open,2026-01-01)".
func (p *Projection) Then(sql string, want ...string) {
	p.t.Helper()
	rows, err := p.pool.Query(p.t.Context(), fmt.Sprintf(`SELECT answer::text FROM (%s) AS answer`, sql))
	if err != nil {
		p.t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		p.t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		p.t.Errorf("rows of %s (-want +got):\n%s", p.name, diff)
	}
}
