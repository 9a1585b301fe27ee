// Package snapshots_test tries states of long streams that are kept, on a real PostgreSQL.
package snapshots_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/events/eventstore"
	"example.com/pgcqrs/internal/events/snapshots"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/rig"
	"example.com/pgcqrs/test/tank"
	"example.com/pgcqrs/test/testdb"
)

// long is how many events a long stream has: some more than the last snapshot of it.
const long = 200_500

// copied makes a tank that so many events are of: it is built, and each pours one.
func copied(t *testing.T, pool *pgxpool.Pool, count int) uuid.UUID {
	t.Helper()
	id := uuid.New()
	rig.CopyStream(t, pool, tank.Stream, id, tank.Built{}, tank.Poured{Amount: 1}, count, time.Now())
	return id
}

// keep takes snapshots in the background, until a stream has one of a version.
func keep(t *testing.T, pool *pgxpool.Pool, id uuid.UUID, version int64) {
	t.Helper()
	keeper := snapshots.NewKeeper(pool, eventstore.New(pool, eventstore.Config{Decode: tank.Decode}), 0, slog.New(slog.DiscardHandler), nil,
		write.NewFold(tank.Stream, tank.Evolve))
	await.Background(t, keeper.Run)
	for next := min(version, 10_000); next <= version; next += 10_000 {
		await.True(t, "there is a snapshot", func() bool {
			return rig.One[bool](t, pool, `SELECT EXISTS (SELECT FROM snapshots WHERE stream_id = $1 AND version >= $2)`, id, next)
		})
	}
}

// cold is a handler of a process that has just begun.
func cold(store *eventstore.Store, pool *pgxpool.Pool) *write.Handler[tank.State, tank.Command] {
	h := write.NewHandler(store, tank.Stream, tank.Decide, tank.Evolve)
	h.UseSnapshots(snapshots.NewFinder(pool).Find)
	return h
}

// A command on a stream of any length that no process has in memory costs what one on a short
// stream does, but for a bounded part.
func TestColdCommandOnALongStream(t *testing.T) {
	t.Parallel()
	const rounds, mostTimes = 21, 10
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	id, short := copied(t, pool, long), copied(t, pool, 10)
	keep(t, pool, id, 200_000)
	reads := &rig.LogReads{}
	store := rig.Store(t, rig.Traced(t, url, reads), tank.Decode)
	timed := func(id uuid.UUID) time.Duration {
		began := time.Now()
		rig.Handle(t, cold(store, pool), id, tank.Command(tank.Pour{Amount: 1}))
		return time.Since(began)
	}
	timed(short) // connections are made
	var onLong, onShort []time.Duration
	reads.Count()
	for range rounds {
		onLong, onShort = append(onLong, timed(id)), append(onShort, timed(short))
	}
	total, _ := reads.Count()
	if total > rounds*(1000+500) {
		t.Errorf("%d commands read %d events", 2*rounds, total)
	}
	slices.Sort(onLong)
	slices.Sort(onShort)
	of, than := onLong[rounds/2], onShort[rounds/2]
	t.Logf("a command on %d events took %s, on 10 events %s", long, of, than)
	if of > mostTimes*than {
		t.Errorf("a command on %d events took %s, on 10 events %s", long, of, than)
	}
	h := cold(store, pool)
	all := int64(long - 1 + rounds)
	if _, err := h.Handle(t.Context(), id, tank.Command(tank.Drain{Amount: all + 1}), write.Request{}); err == nil {
		t.Error("more was drained than there is")
	}
	rig.Handle(t, h, id, tank.Command(tank.Drain{Amount: all}))
}

// A snapshot is a shortcut: one that is not of this log, or of another shape of the state, decides nothing.
func TestSnapshotThatIsNotRight(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"of a lost event":    `event_id = gen_random_uuid()`,
		"of another place":   `position = position + 1`,
		"beyond the stream":  `version = version + 1000`,
		"of another shape":   `shape = sha256('x')`,
		"that can't be read": `state = '{'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := rig.Connect(t, testdb.New(t))
			id := copied(t, pool, 1500)
			keep(t, pool, id, 1000)
			rig.Do(t, pool, `UPDATE snapshots SET state = '{"Built": true, "Level": 1000000}'`)
			rig.Do(t, pool, `UPDATE snapshots SET `+change)
			h := cold(rig.Store(t, pool, tank.Decode), pool)
			if _, err := h.Handle(t.Context(), id, tank.Command(tank.Drain{Amount: 1500}), write.Request{}); err == nil {
				t.Error("more was drained than there is")
			}
			rig.Handle(t, h, id, tank.Command(tank.Drain{Amount: 1499}))
		})
	}
}

// A log that went back has its long streams looked through again, and the snapshots of what was
// lost are taken anew.
func TestSnapshotsOfALogThatWentBack(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	id := copied(t, pool, 1200)
	rig.Do(t, pool, `
		INSERT INTO snapshots (stream_id, stream_type, version, position, event_id, shape, state)
		VALUES ($1, 'tank', 500, 500, gen_random_uuid(), $2, '{"Built": true, "Level": 7}')`, id, write.NewFold(tank.Stream, tank.Evolve).Shape())
	rig.Do(t, pool, `UPDATE snapshot_cursor SET position = 1100, event_id = gen_random_uuid()`)
	keep(t, pool, id, 1000)
	if state := rig.One[string](t, pool, `SELECT state FROM snapshots`); state != `{"Built":true,"Level":999}` {
		t.Errorf("the snapshot is %s", state)
	}
}

var _ snapshots.Log = (*eventstore.Store)(nil)
