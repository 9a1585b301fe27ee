package eventlog_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/role"
)

// soon is the longest time that an append may take while another session blocks or fails.
const soon = 3 * time.Second

// mustAppendSoon appends one event with a store. The test fails if the append takes longer than the
// constant soon.
func mustAppendSoon(t *testing.T, store *eventlog.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if _, err := store.Append(ctx, stream(uuid.New(), event.NoStream, 1)); err != nil {
		t.Errorf("another process: %v", err)
	}
}

// straw is a network connection. If its field keep is greater than 0, the connection delays this
// number of bytes at the end of the next write.
type straw struct {
	mu   sync.Mutex
	keep int // number of delayed bytes; 0: none
	kept chan []byte
	on   chan struct{} // releases the delayed bytes
}

func startStraw(t *testing.T, rawURL string) (*straw, string) {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	s := &straw{kept: make(chan []byte, 1), on: make(chan struct{})}
	target := u.Host
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				return
			}
			go s.carry(server, client, s.split)
			go s.carry(client, server, func(data []byte) ([]byte, []byte) { return data, nil })
		}
	}()
	u.Host = listener.Addr().String()
	return s, u.String()
}

func (s *straw) carry(to, from net.Conn, split func([]byte) (now, later []byte)) {
	defer func() { _, _ = to.Close(), from.Close() }()
	for buffer := make([]byte, 1<<20); ; {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		now, later := split(buffer[:n])
		if _, err := to.Write(now); err != nil {
			return
		}
		if later == nil {
			continue
		}
		s.kept <- later
		<-s.on
		if _, err := to.Write(later); err != nil {
			return
		}
	}
}

func (s *straw) split(data []byte) (now, later []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keep == 0 || len(data) <= s.keep {
		return data, nil
	}
	cut := len(data) - s.keep
	s.keep = 0
	return data[:cut], data[cut:]
}

// A process freezes, or its machine fails, after it has sent only a part of an append's data. The
// server takes its locks only after it has received all the data that it needs. An incomplete
// append therefore never blocks the appends of other processes.
func TestFlightThatIsSentInPart(t *testing.T) {
	t.Parallel()
	direct := testdb.New(t)
	wire, through := startStraw(t, direct)
	others := newStore(t, direct)
	pool, err := pg.Open(t.Context(), through, t.Name(), 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store := eventlog.New(pool, eventlog.Config{}) // without outbox messages and notifications, so that the store sends nothing but appends
	await.Background(t, store.Run)
	large := make([]int64, 50)
	mustAppend(t, store, stream(uuid.New(), event.NoStream, large...)) // the statement is prepared
	for _, keep := range []int{1, 4, 5, 6, 10, 14, 15, 20, 500, 5000} {
		wire.mu.Lock()
		wire.keep = keep
		wire.mu.Unlock()
		sent := appendSoon(t, store, stream(uuid.New(), event.NoStream, large...))
		<-wire.kept
		mustAppendSoon(t, others)
		wire.on <- struct{}{}
		if r := <-sent; r.err != nil {
			t.Errorf("%d bytes late: %v", keep, r.err)
		}
	}
}

// Another session has locked a row that one append needs. Only this append waits for the row.
// Meanwhile the session of this append releases the append lock, which every append needs. The
// other appends of the same batch are sent again, without the append that waits.
func TestForeignLockOnWhatAnAppendNeeds(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	watch := connect(t, url)
	needsRow(t, watch)
	mine, others := newStore(t, url), newStore(t, url)
	ten := func() time.Duration {
		began := time.Now()
		for range 5 {
			mustAppendSoon(t, mine)
			mustAppendSoon(t, others)
		}
		return time.Since(began)
	}
	quiet := ten()
	release := lockRow(t, watch)
	stuck := appendSoon(t, mine, stream(uuid.New(), event.NoStream, 7))
	if took := ten(); took > 3*time.Second+2*quiet { // each append would wait for a second
		t.Errorf("ten appends took %s, and %s before", took, quiet)
	}
	release()
	if r := <-stuck; r.err != nil {
		t.Error(r.err)
	}
}

// needsRow creates a trigger: an append of the amount 7 must first lock a row of the table named
// needed.
func needsRow(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	for _, sql := range []string{
		`CREATE TABLE needed (id int)`, `INSERT INTO needed VALUES (1)`,
		`CREATE FUNCTION need() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE needed SET id = 1; RETURN NEW; END $$`,
		`CREATE TRIGGER need BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.data ->> 'amount' = '7') EXECUTE FUNCTION need()`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

func lockRow(t *testing.T, pool *pgxpool.Pool) (release func()) {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `SELECT FROM needed FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	release = func() { _ = tx.Rollback(context.Background()) }
	t.Cleanup(release)
	return release
}

// Every append needs the append lock, and only one session at a time can have this lock. If the
// session with the lock is idle, or runs a trigger that does not end, another session that waits
// for the lock takes it over.
func TestAppendLockThatIsKept(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	watch := connect(t, url)
	store := newStore(t, url)
	silent, err := watch.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Rollback(context.Background()) })
	if _, err := silent.Exec(t.Context(), `CALL take_append_lock()`); err != nil {
		t.Fatal(err)
	}
	mustAppendSoon(t, store)

	for _, sql := range []string{
		`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$`,
		`CREATE TRIGGER slow BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.data ->> 'amount' = '7') EXECUTE FUNCTION slow()`,
	} {
		if _, err := watch.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	slow := runStore(t, connect(t, url), eventlog.Config{SettleFor: time.Second})
	refused := appendSoon(t, slow, stream(uuid.New(), event.NoStream, 7))
	await.True(t, "the trigger runs", func() bool { return sleeping(t, watch) == 1 })
	mustAppendSoon(t, store)
	mustAppendSoon(t, slow)
	if r := <-refused; !errors.Is(r.err, event.ErrUnavailable) {
		t.Errorf("got %v, want that nothing was done", r.err)
	}
}

func sleeping(t *testing.T, pool *pgxpool.Pool) int {
	t.Helper()
	var count int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`).Scan(&count); err != nil {
		t.Fatal(err)
	}
	return count
}

// Every append needs the append lock. Only logins that may append can take this lock, so other
// logins can't block appends with it.
func TestAppendLockIsForThoseWhoAppend(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store := newStore(t, url)
	for _, role := range []string{role.Projector, "pg_monitor"} {
		conn, err := connect(t, testdb.As(t, url, role)).Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Release)
		if _, err := conn.Exec(t.Context(), `SELECT pg_advisory_lock_shared(7022354871391810670)`); err != nil { // the exclusive form of this lock was the append lock in an earlier version
			t.Fatal(err)
		}
		for _, sql := range []string{`CALL take_append_lock()`, `LOCK TABLE append_lock`, `LOCK TABLE append_lock IN ACCESS SHARE MODE`} {
			if _, err := conn.Exec(t.Context(), `BEGIN`); err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Exec(t.Context(), sql); err == nil {
				t.Errorf("%s may %s", role, sql)
			}
			if _, err := conn.Exec(t.Context(), `ROLLBACK`); err != nil {
				t.Fatal(err)
			}
		}
	}
	mustAppendSoon(t, store)
}
