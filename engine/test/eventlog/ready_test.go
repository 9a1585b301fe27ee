package eventlog_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/role"
)

// seconds is the time limit within which the readiness check must detect a problem.
const seconds = 3 * time.Second

// checkNotReady expects that the store is not ready, and reports the reason want within the time
// limit in the constant seconds.
func checkNotReady(t *testing.T, store *eventlog.Store, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), seconds)
	defer cancel()
	if err := store.Ready(ctx); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

func checkReady(t *testing.T, store *eventlog.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), seconds)
	defer cancel()
	if err := store.Ready(ctx); err != nil {
		t.Error(err)
	}
}

func execute(t *testing.T, pool *pgxpool.Pool, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// alter changes a setting of the database. The change applies to new sessions.
func alter(t *testing.T, pool *pgxpool.Pool, setting string) {
	t.Helper()
	execute(t, pool, `ALTER DATABASE `+pgx.Identifier{pool.Config().ConnConfig.Database}.Sanitize()+` SET `+setting)
}

func TestReadinessOfADatabaseThatTakesNoWrites(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner := connect(t, url)
	alter(t, owner, `default_transaction_read_only = on`)
	store := newStore(t, url)
	checkNotReady(t, store, "takes no writes")
	if err := store.Ready(t.Context()); !errors.Is(err, pg.ErrReadOnly) {
		t.Error(err)
	}
	alter(t, owner, `default_transaction_read_only = off`)
	checkReady(t, newStore(t, url))
}

func TestReadinessWhileSomebodyHoldsTheAppendLock(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store := newStore(t, testdb.As(t, url, role.API))
	checkReady(t, store)
	foreign, err := connect(t, url).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := foreign.Exec(t.Context(), `LOCK TABLE append_lock IN EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	checkNotReady(t, store, "append lock is held by "+t.Name())
	if err := foreign.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkReady(t, store)
}

// hold takes a lock in a transaction of the database's owner, and keeps it until the function
// release is called.
func hold(t *testing.T, url, lock string) (release func()) {
	t.Helper()
	foreign, err := connect(t, url).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := foreign.Exec(t.Context(), lock); err != nil {
		t.Fatal(err)
	}
	release = func() { _ = foreign.Rollback(context.Background()) }
	t.Cleanup(release)
	return release
}

// goesThrough reports whether an append succeeds within the time limit patience. This append writes
// to every table to which an append can write.
func goesThrough(t *testing.T, store *eventlog.Store, patience time.Duration) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	a := stream(uuid.New(), event.NoStream, 1)
	a.Once = &event.Once{Key: uuid.NewString(), Fingerprint: []byte("f"), Keep: time.Hour}
	_, err := store.Append(ctx, a)
	return err == nil
}

// If another session has a lock that blocks appends, the store is not ready. The reason names the
// session. A lock that does not block appends has no effect on readiness. The readiness check
// detects a blocking lock even if nobody appends.
func TestReadinessWhileSomebodyLocksATable(t *testing.T) {
	t.Parallel()
	for lock, want := range map[string]string{
		`LOCK TABLE events IN SHARE MODE`:                              "a lock on events (ShareLock) is held by ",
		`LOCK TABLE events IN ROW EXCLUSIVE MODE`:                      "",
		`LOCK TABLE events IN SHARE UPDATE EXCLUSIVE MODE`:             "",
		`LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE`:                "a lock on outbox (ShareRowExclusiveLock) is held by ",
		`LOCK TABLE idempotency_keys IN EXCLUSIVE MODE`:                "a lock on idempotency_keys (ExclusiveLock) is held by ",
		`LOCK TABLE log_epochs IN ACCESS EXCLUSIVE MODE`:               "a lock on log_epochs (AccessExclusiveLock) is held by ",
		`LOCK TABLE log_epochs IN EXCLUSIVE MODE`:                      "",
		`LOCK TABLE elapsed IN ACCESS EXCLUSIVE MODE`:                  "a lock on elapsed (AccessExclusiveLock) is held by ",
		`LOCK TABLE elapsed IN EXCLUSIVE MODE`:                         "",
		`LOCK TABLE append_lock IN ROW SHARE MODE`:                     "the append lock is held by ",
		`LOCK TABLE append_lock IN ACCESS EXCLUSIVE MODE`:              "the append lock is held by ",
		`LOCK TABLE append_lock IN ACCESS SHARE MODE`:                  "",
		`LOCK TABLE checkpoints, chain_links IN ACCESS EXCLUSIVE MODE`: "",
		`CREATE INDEX by_type ON events (type)`:                        "a lock on events (ShareLock) is held by ",
		`SELECT FROM events, outbox, idempotency_keys, log_epochs`:     "",
	} {
		t.Run(lock, func(t *testing.T) {
			t.Parallel()
			url := testdb.New(t)
			store := runStore(t, connect(t, testdb.As(t, url, role.API)), eventlog.Config{MessageOf: event.PublicMessage, SettleFor: time.Millisecond})
			release := hold(t, url, lock)
			patience := await.Within
			if want == "" {
				checkReady(t, store)
			} else {
				checkNotReady(t, store, want)
				checkNotReady(t, store, " of login ")
				patience = time.Second
			}
			if goesThrough(t, store, patience) != (want == "") {
				t.Errorf("an append goes through: %t", want != "")
			}
			release()
			checkReady(t, store)
			if !goesThrough(t, store, await.Within) {
				t.Error("no append goes through afterwards")
			}
		})
	}
}

// The projector's login may lock the table outbox, because it must delete sent messages from this
// table.
func TestReadinessWhileTheProjectorsLoginLocksTheOutbox(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store := newStore(t, testdb.As(t, url, role.API))
	release := hold(t, testdb.As(t, url, role.Projector), `LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE`)
	checkNotReady(t, store, "a lock on outbox (AccessExclusiveLock) is held by "+t.Name()+" of login ")
	release()
	checkReady(t, store)
}

// A session that waits for a lock also blocks other sessions, because their lock requests queue
// behind it.
func TestReadinessWhileSomebodyAsksForALock(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store := newStore(t, testdb.As(t, url, role.API))
	release := hold(t, url, `LOCK TABLE events IN ACCESS SHARE MODE`)
	checkReady(t, store)
	asked := make(chan struct{})
	asking := connect(t, url)
	go func() {
		defer close(asked)
		_, _ = asking.Exec(t.Context(), `ALTER TABLE events ADD COLUMN more text`) // succeeds once the other session has released its lock
	}()
	checkNotReadySoon(t, store, "a lock on events (AccessExclusiveLock) is asked for by "+t.Name())
	release()
	<-asked
	checkReady(t, store)
}

// checkNotReadySoon waits until the store reports that it is not ready, with the reason want. The
// wait is needed because another session may not have caused the problem yet.
func checkNotReadySoon(t *testing.T, store *eventlog.Store, want string) {
	t.Helper()
	await.True(t, want, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), seconds)
		defer cancel()
		err := store.Ready(ctx)
		return err != nil && strings.Contains(err.Error(), want)
	})
}

// The readiness check knows the tables that an append uses, but not the tables that an added
// trigger uses. A lock on a table that only a trigger uses is detected because appends wait for the
// lock. If only the append of one stream waits, the store stays ready.
func TestReadinessWhileAllAppendsAreHeldUp(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	execute(t, connect(t, url), `CREATE TABLE needed (id int)`,
		`CREATE FUNCTION need() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE needed SET id = 1; RETURN NEW; END $$`,
		`CREATE TRIGGER need BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION need()`)
	store := runStore(t, connect(t, testdb.As(t, url, role.API)), eventlog.Config{SettleFor: 30 * time.Second})
	release := hold(t, url, `LOCK TABLE needed IN ACCESS EXCLUSIVE MODE`)
	first := appendSoon(t, store, stream(uuid.New(), event.NoStream, 1))
	began := time.Now()
	await.True(t, "it has been held up for some time", func() bool { return time.Since(began) > 2*time.Second })
	checkReady(t, store)
	second := appendSoon(t, store, stream(uuid.New(), event.NoStream, 1))
	checkNotReadySoon(t, store, "all wait for a lock of "+t.Name())
	release()
	for _, sent := range []<-chan result{first, second} {
		if r := <-sent; r.err != nil {
			t.Error(r.err)
		}
	}
	checkReady(t, store)
}

// Under load, one append or another has the append lock nearly all the time. The readiness check
// must not report that a session blocks appends.
func TestReadinessUnderLoad(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store := newStore(t, url)
	for range 2 {
		other := newStore(t, url)
		for range 4 {
			await.Background(t, func(ctx context.Context) error {
				for ctx.Err() == nil {
					_, _ = other.Append(ctx, stream(uuid.New(), 0, 1, 2, 3)) // ends with the test
				}
				return nil
			})
		}
	}
	for range 20 {
		checkReady(t, store)
	}
}

// The notification queue of PostgreSQL can grow to 8 GB. Instead of filling the queue, the test
// replaces the function of PostgreSQL that returns how full the queue is.
func TestReadinessWhenNobodyCanNotify(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner := connect(t, url)
	execute(t, owner, `CREATE SCHEMA fake`, `CREATE FUNCTION fake.pg_notification_queue_usage() RETURNS float8 LANGUAGE sql AS 'SELECT 0.9999::float8'`)
	alter(t, owner, `search_path = fake, pg_catalog, public`)
	registry := prometheus.NewRegistry()
	store := runStore(t, connect(t, url), eventlog.Config{Registerer: registry})
	checkNotReady(t, store, "pg_notification_queue_usage")
	alter(t, owner, `search_path = public`)
	checkReady(t, newStore(t, url))
}

// If appends fail, for example because the disk is full or a right is missing, the process is not
// ready. A process that is not ready gets no commands from clients. So no command would show that
// appends succeed again. Therefore, after an append has failed, the readiness check tries an append
// without events. When this append succeeds, the process is ready again.
func TestReadinessAfterAppendsThatFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ arrange, undo []string }{
		"no room": {
			arrange: []string{
				`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$`,
				`CREATE TRIGGER no_room BEFORE INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION no_room()`,
			},
			undo: []string{`DROP TRIGGER no_room ON events`},
		},
		"no right": {
			[]string{`DO $$ BEGIN EXECUTE format('REVOKE EXECUTE ON PROCEDURE append_flight FROM %I', role_of('api')); END $$`},
			[]string{`DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON PROCEDURE append_flight TO %I', role_of('api')); END $$`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.New(t)
			owner := connect(t, url)
			pool := connect(t, testdb.As(t, url, role.API))
			store := runStore(t, pool, eventlog.Config{SettleFor: time.Millisecond})
			execute(t, owner, test.arrange...)
			checkReady(t, store) // no append has failed yet
			ctx, cancel := context.WithTimeout(t.Context(), await.Within)
			defer cancel()
			if _, err := store.Append(ctx, stream(uuid.New(), 0, 1)); err == nil {
				t.Fatal("it was appended")
			}
			checkNotReady(t, store, "appends fail")
			checkNotReady(t, store, "appends fail")
			execute(t, owner, test.undo...)
			checkReady(t, store)
		})
	}
}

// If an append has failed because the disk is full, the trial append of the readiness check also
// needs disk space. So the process is not ready while the disk is full.
func TestReadinessWithoutRoom(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner := connect(t, url)
	alter(t, owner, `temp_file_limit = '100kB'`)
	execute(t, owner,
		`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$`,
		`CREATE TRIGGER no_room BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION no_room()`) // the trial inserts no rows, so this row trigger does not fire for the trial
	store := runStore(t, connect(t, url), eventlog.Config{SettleFor: time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	if _, err := store.Append(ctx, stream(uuid.New(), 0, 1)); err == nil {
		t.Fatal("it was appended")
	}
	checkNotReady(t, store, "temp_file_limit")
}
