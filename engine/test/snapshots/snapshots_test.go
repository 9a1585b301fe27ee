// Package snapshots_test tests the snapshots of long streams on a real PostgreSQL server.
package snapshots_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pgcqrs/engine/command/fold"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/engine/snapshots/keeper"
)

// long is the number of events in a long stream. The newest snapshot does not contain the last 500
// of these events.
const long = 200_500

// copied creates a tank with count events: one Built event, and Poured events with the amount 1.
func copied(t testing.TB, pool *pgxpool.Pool, count int) uuid.UUID {
	t.Helper()
	id := uuid.New()
	rig.CopyStream(t, pool, tank.Stream, id, tank.Built{}, tank.Poured{Amount: 1}, count, time.Now())
	return id
}

// secret is the key with which programs authenticate snapshots.
var secret = snapshots.Key("a secret of thirty-two bytes, or more")

// silent is a logger without output.
var silent = slog.New(slog.DiscardHandler)

// run takes snapshots of streams, as the projector does, until stop is called.
func run(t testing.TB, pool *pgxpool.Pool, key snapshots.Key, folds ...snapshots.Aggregate) (stop func() error) {
	t.Helper()
	keeper := keeper.New(pool, eventlog.New(pool, eventlog.Config{Decode: tank.Decode}), 0, key, slog.New(slog.NewTextHandler(t.Output(), nil)), nil, folds...)
	return await.Background(t, keeper.Run)
}

// tanks returns the aggregate of tanks, whose states are stored as snapshots.
func tanks() snapshots.Aggregate { return fold.New(tank.Stream, tank.Evolve) }

// keep takes snapshots until the stream has a snapshot of this version.
func keep(t testing.TB, pool *pgxpool.Pool, id uuid.UUID, version int64, key snapshots.Key, folds ...snapshots.Aggregate) {
	t.Helper()
	if folds == nil {
		folds = append(folds, tanks())
	}
	stop := run(t, pool, key, folds...)
	defer func() { _ = stop() }()
	for next := min(version, 10_000); next <= version; next += 10_000 {
		await.True(t, "there is a snapshot", func() bool {
			_, found, err := snapshots.NewFinder(pool, key, silent, nil).Find(t.Context(), folds[0].StreamType(), id, folds[0].Shape())
			return err == nil && found && rig.One[bool](t, pool, `SELECT EXISTS (SELECT FROM snapshots JOIN events USING (stream_id, version, event_id) WHERE stream_id = $1 AND version >= $2 AND shape = $3)`,
				id, next, folds[0].Shape())
		})
	}
	await.True(t, "the log is looked through", func() bool { // otherwise the process could be stopped while it writes a snapshot
		return rig.One[bool](t, pool, `SELECT position = (SELECT max(position) FROM events) FROM snapshot_cursor`)
	})
}

// cold returns a command handler with an empty cache, like the handler of a process that has just
// started.
func cold(store *eventlog.Store, pool *pgxpool.Pool, key snapshots.Key) *command.Handler[tank.State, tank.Command] {
	h := command.NewHandler(store, tank.Stream, tank.Decide, tank.Evolve)
	h.UseSnapshots(snapshots.NewFinder(pool, key, silent, nil).Find)
	return h
}

// A command on a long stream that is not in memory takes at most ten times as long as a command on
// a short stream. The command is fast because the handler loads a snapshot, and only the events
// after it.
func TestColdCommandOnALongStream(t *testing.T) {
	t.Parallel()
	const rounds, mostTimes = 21, 10
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	id, short := copied(t, pool, long), copied(t, pool, 10)
	keep(t, rig.Connect(t, testdb.As(t, url, role.Projector)), id, 200_000, secret)
	reads := &rig.LogReads{}
	pool = rig.Traced(t, testdb.As(t, url, role.API), reads)
	store := rig.Store(t, pool, tank.Decode)
	timed := func(id uuid.UUID) time.Duration {
		began := time.Now()
		rig.Handle(t, cold(store, pool, secret), id, tank.Command(tank.Pour{Amount: 1}))
		return time.Since(began)
	}
	timed(short) // opens the connections
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
	h := cold(store, pool, secret)
	all := int64(long - 1 + rounds)
	if _, err := h.Handle(t.Context(), id, tank.Command(tank.Drain{Amount: all + 1}), command.Request{}); err == nil {
		t.Error("more was drained than there is")
	}
	rig.Handle(t, h, id, tank.Command(tank.Drain{Amount: all}))
}

// authenticate computes the authentication code of the snapshot with a key. A program that has the
// key computes the same code.
func authenticate(t testing.TB, pool *pgxpool.Pool, key snapshots.Key) {
	t.Helper()
	var streamType, state string
	var id, e uuid.UUID
	var version, position int64
	var shape []byte
	if err := pool.QueryRow(t.Context(), `SELECT stream_type, stream_id, version, position, event_id, shape, state FROM snapshots`).
		Scan(&streamType, &id, &version, &position, &e, &shape, &state); err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "snapshot 1 %q %s %d %d %s %x %d %s", streamType, id, version, position, e, shape, len(state), state)
	rig.Do(t, pool, `UPDATE snapshots SET mac = $1`, mac.Sum(nil))
}

// A snapshot is not used if its last event is not in the log, or if its state has a structure that
// the current program does not expect.
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
			keep(t, pool, id, 1000, secret)
			rig.Do(t, pool, `UPDATE snapshots SET state = '{"Built": true, "Level": 1000000}'`)
			rig.Do(t, pool, `UPDATE snapshots SET `+change)
			authenticate(t, pool, secret)
			h := cold(rig.Store(t, pool, tank.Decode), pool, secret)
			if _, err := h.Handle(t.Context(), id, tank.Command(tank.Drain{Amount: 1500}), command.Request{}); err == nil {
				t.Error("more was drained than there is")
			}
			rig.Handle(t, h, id, tank.Command(tank.Drain{Amount: 1499}))
		})
	}
}

// A snapshot was computed from events that the log has lost later. The program reads the stream
// again, and a new snapshot replaces the wrong snapshot.
func TestSnapshotsOfALogThatWentBack(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	id := copied(t, pool, 1200)
	keep(t, pool, id, 1000, secret)
	rig.Do(t, pool, `UPDATE snapshots SET version = 500, position = 500, event_id = gen_random_uuid(), state = '{"Built": true, "Level": 7}'`)
	authenticate(t, pool, secret)
	rig.Do(t, pool, `UPDATE snapshot_cursor SET position = 1100, event_id = gen_random_uuid()`) // the cursor of a longer log, or of another log
	keep(t, pool, id, 1000, secret)
	if state := rig.One[string](t, pool, `SELECT state FROM snapshots`); state != `{"Built":true,"Level":999}` {
		t.Errorf("the snapshot is %s", state)
	}
}

// If a stored snapshot is unusable, the state is computed from the first event of the stream on,
// and the snapshot is replaced.
func TestSnapshotThatNothingGoesOnFrom(t *testing.T) {
	t.Parallel()
	const lost = `event_id = gen_random_uuid(), state = '{"Built": true, "Level": 7}'`
	for name, change := range map[string]string{
		"that can't be read":           `state = '[]', (version, position, event_id) = (SELECT version, position, event_id FROM events WHERE version = 500)`,
		"ahead of the log":             `version = 5000, position = 5000, ` + lost,
		"at its version, of lost ones": `version = 1000, position = 1000, ` + lost,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := rig.Connect(t, testdb.New(t))
			id := copied(t, pool, 1200)
			keep(t, pool, id, 1000, secret)
			rig.Do(t, pool, `UPDATE snapshots SET `+change)
			authenticate(t, pool, secret)
			rig.Do(t, pool, `UPDATE snapshot_cursor SET position = 0`)
			run(t, pool, secret, tanks())
			await.True(t, "the snapshot is of this log", func() bool {
				return rig.One[bool](t, pool, `SELECT version = 1000 AND state = '{"Built":true,"Level":999}' FROM snapshots`)
			})
		})
	}
}

// bulky is a state that is too large for a snapshot while its version is about 10,000.
type bulky struct {
	Level int
	Text  string
}

func evolveBulky(s bulky, _ event.Event) bulky {
	s.Level++
	if s.Text = ""; s.Level > 9_500 && s.Level < 10_500 {
		s.Text = strings.Repeat("x", keeper.MostBytes)
	}
	return s
}

// panicky is a state whose method MarshalJSON panics.
type panicky struct{ Level int }

func (panicky) MarshalJSON() ([]byte, error) { panic("a bug in the state") }

// If the code that encodes the state of one stream panics, the program counts the failure and
// continues.
func TestStateThatPanics(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	copied(t, pool, 1200)
	metrics := prometheus.NewRegistry()
	keeper := keeper.New(pool, eventlog.New(pool, eventlog.Config{Decode: tank.Decode}), 0, secret, silent, metrics,
		fold.New(tank.Stream, func(s panicky, _ event.Event) panicky { return s }))
	await.Background(t, keeper.Run)
	await.True(t, "it is counted", func() bool { return counted(t, metrics, "snapshots_failed_total") > 0 })
}

// The state of a stream is too large for a snapshot at one version. A snapshot is stored at a later
// version, at which the state is small enough.
func TestStateThatIsTooLargeHalfWay(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	id := copied(t, pool, 20_500)
	run(t, pool, secret, fold.New(tank.Stream, evolveBulky))
	await.True(t, "there is a snapshot", func() bool {
		return rig.One[bool](t, pool, `SELECT EXISTS (SELECT FROM snapshots WHERE stream_id = $1 AND version = 20000 AND state = '{"Level":20000,"Text":""}')`, id)
	})
}

// Another session has locked the table of snapshots. Queries of this table wait for the lock, but
// only on a few connections and only for a short time. A metric counts the failed queries.
// Meanwhile streams are loaded without a snapshot.
func TestLockedSnapshotsHoldUpNoLoads(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	id := copied(t, pool, 1500)
	keep(t, pool, id, 1000, secret)
	lock, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := lock.Exec(t.Context(), `LOCK TABLE snapshots IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	metrics := prometheus.NewRegistry()
	looks := rig.Connect(t, url)
	finder := snapshots.NewFinder(looks, secret, silent, metrics)
	store := rig.Store(t, pool, tank.Decode)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 4 * looks.Config().MaxConns {
		all.Go(func() { _, _, _ = finder.Find(ctx, tank.Stream, id, tanks().Shape()) })
	}
	await.True(t, "somebody waits for the lock", func() bool { return looks.Stat().AcquiredConns() > 0 })
	most := int32(0)
	h := command.NewHandler(store, tank.Stream, tank.Decide, tank.Evolve)
	h.UseSnapshots(func(ctx context.Context, streamType string, id uuid.UUID, shape []byte) (event.Snapshot, bool, error) {
		most = max(most, looks.Stat().AcquiredConns())
		return finder.Find(ctx, streamType, id, shape)
	})
	rig.Handle(t, h, id, tank.Command(tank.Drain{Amount: 1499}))
	if allowed := max(1, looks.Config().MaxConns/4); most > allowed {
		t.Errorf("looks take %d connections, and may take %d", most, allowed)
	}
	if count := counted(t, metrics, "snapshots_unread_total"); count < 1 {
		t.Errorf("%v looks are counted that failed", count)
	}
	cancel()
	all.Wait()
}

// counted returns the value of a counter.
func counted(t testing.TB, metrics prometheus.Gatherer, name string) float64 {
	t.Helper()
	families, err := metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			return family.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatalf("there is no %s", name)
	return 0
}

// A thief of the projector's login does not have the secret. So command handlers ignore the thief's
// snapshots, such as a snapshot with an invented state, or a copy of another stream's snapshot.
func TestStolenLoginMakesNoSnapshot(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"another state":    `state = '{"Built":true,"Level":1000000}'`,
		"another's":        `(version, position, event_id, state, mac) = (SELECT version, position, event_id, state, mac FROM snapshots WHERE stream_id = $2)`,
		"another secret":   `state = '{"Built":true,"Level":1000000}', mac = sha256('x')`,
		"a later version":  `(version, position, event_id) = (SELECT version, position, event_id FROM events WHERE stream_id = $1 AND version = 1500 AND $2 <> $1)`,
		"of another shape": `shape = sha256('x'), state = '{"Built":true,"Level":1000000}'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.New(t)
			owner := rig.Connect(t, url)
			id, other := copied(t, owner, 1500), copied(t, owner, 2500)
			login := rig.Connect(t, testdb.As(t, url, role.Projector))
			keep(t, login, id, 1000, secret)
			keep(t, login, other, 2000, secret)
			arguments := []any{id, other}
			if !strings.Contains(change, "$2") {
				arguments = arguments[:1]
			}
			rig.Do(t, login, `UPDATE snapshots SET `+change+` WHERE stream_id = $1`, arguments...)
			store := rig.Store(t, owner, tank.Decode)
			h := cold(store, owner, secret)
			if _, err := h.Handle(t.Context(), id, tank.Command(tank.Drain{Amount: 1500}), command.Request{}); err == nil {
				t.Error("more was drained than there is")
			}
			rig.Handle(t, h, id, tank.Command(tank.Drain{Amount: 1499}))
			rig.Do(t, login, `UPDATE snapshot_cursor SET position = 0`)
			run(t, login, secret, tanks())
			await.True(t, "the projector has not gone on from what somebody else has written", func() bool {
				return rig.One[bool](t, owner, `SELECT version = 1000 AND state = '{"Built":true,"Level":999}' FROM snapshots WHERE stream_id = $1`, id)
			})
		})
	}
}

// versioned is the state of a tank with another schema version than tank.State.
type versioned tank.State

func (versioned) StateVersion() int { return 1 }

// A new release may change the schema version of a state, or the secret by which snapshots are
// authenticated. New snapshots then replace all old ones, even those of streams that get no new
// events.
func TestSnapshotsAreMadeAnew(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	id := copied(t, pool, 1500)
	keep(t, pool, id, 1000, snapshots.Key("another secret, of thirty-two bytes or more"))
	keep(t, pool, id, 1000, secret)
	keep(t, pool, id, 1000, secret, fold.New(tank.Stream, func(s versioned, e event.Event) versioned {
		return versioned(tank.Evolve(tank.State(s), e))
	}))
	keep(t, pool, id, 1000, secret)
}

// A program without a secret uses no stored snapshot and stores no snapshot.
func TestNoKeyNoSnapshots(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	id := copied(t, pool, 1500)
	keep(t, pool, id, 1000, secret)
	authenticate(t, pool, nil) // anybody can compute the code without a key
	_, found, err := snapshots.NewFinder(pool, nil, silent, nil).Find(t.Context(), tank.Stream, id, tanks().Shape())
	if found || err != nil {
		t.Errorf("without a key a row is taken: %t, %v", found, err)
	}
	rig.Do(t, pool, `DELETE FROM snapshots`)
	keeper := keeper.New(pool, eventlog.New(pool, eventlog.Config{Decode: tank.Decode}), 0, nil, silent, nil, tanks())
	if err := keeper.Run(t.Context()); err == nil {
		t.Error("a keeper without a key runs")
	}
}

// A secret that is too short is refused, because it is easy to guess.
func TestKeyOfSnapshots(t *testing.T) {
	t.Parallel()
	if key, err := snapshots.NewKey(""); key != nil || err != nil {
		t.Errorf("no secret: %v, %v", key, err)
	}
	if key, err := snapshots.NewKey("hunter2"); key != nil || err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a short secret: %v, %v", key, err)
	}
	if key, err := snapshots.NewKey(string(secret)); key == nil || err != nil {
		t.Error(err)
	}
}

var _ keeper.Log = (*eventlog.Store)(nil)
