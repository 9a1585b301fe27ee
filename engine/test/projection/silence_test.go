package projection_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg/lock"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/health"
)

// line is a proxy to a database server. After a call of cut, the open connections stay open, but
// the proxy forwards no data on them. Connections behave in the same way after the failure of a
// host or a network. New connections through the proxy work.
type line struct {
	mu    sync.Mutex
	taken []net.Conn
	dead  map[net.Conn]bool
}

func startLine(t *testing.T, rawURL string) (*line, string) {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l, target := &line{dead: make(map[net.Conn]bool)}, u.Host
	t.Cleanup(func() {
		_ = listener.Close()
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, conn := range l.taken {
			_ = conn.Close()
		}
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go l.serve(client, target)
		}
	}()
	u.Host = listener.Addr().String()
	return l, u.String()
}

func (l *line) serve(client net.Conn, target string) {
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	l.mu.Lock()
	l.taken = append(l.taken, client, server)
	l.mu.Unlock()
	go l.carry(client, server)
	l.carry(server, client)
}

func (l *line) carry(from, to net.Conn) {
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		l.mu.Lock()
		dead := l.dead[from] || l.dead[to]
		l.mu.Unlock()
		if dead {
			_, _ = io.Copy(io.Discard, from) // the end of a connection is not forwarded either
			return
		}
		if err == nil {
			_, err = to.Write(buffer[:n])
		}
		if err != nil {
			_, _ = from.Close(), to.Close()
			return
		}
	}
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.taken {
		l.dead[conn] = true
	}
}

// A database connection stays open, but no data arrives any more. The projection is delayed only
// for a limited time.
func TestConnectionThatDiesUnheard(t *testing.T) {
	t.Parallel()
	direct := testdb.New(t)
	pool := rig.Connect(t, direct)
	h := tanks(t, pool)
	apply := counting(t, pool)
	l, through := startLine(t, direct)
	projector := newProjector(rig.Connect(t, through), projection.Config{Timeout: time.Second})
	projector.Add("applied", projection.Each(apply))
	await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", rig.Handle(t, h, uuid.New(), build("north")))
	l.cut()
	position := rig.Handle(t, h, uuid.New(), build("south"))
	rig.WaitFor(t, pool, "applied", position)
	checkApplied(t, pool, position)
}

// Between two polls of the log, the database session of a projector is idle. Even with a long poll
// interval, the projector does not lose its lock to another process that waits for the lock.
func TestLongPollCostsNobodyTheLock(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	first, second := prometheus.NewRegistry(), prometheus.NewRegistry()
	for _, registry := range []*prometheus.Registry{first, second} {
		pool := rig.Connect(t, url)
		projector := projection.NewProjector(pool, eventlog.New(pool, eventlog.Config{Decode: tank.Decode}), projection.Config{
			Decode: tank.Decode, Poll: time.Hour, Logger: slog.New(slog.DiscardHandler), Registerer: registry,
		})
		projector.Add("applied", func(*pgx.Batch, []event.Recorded) error { return nil })
		await.Background(t, projector.Run)
		keepsUp := health.New(projector.Set(), health.Config{Poll: time.Hour, StuckAfter: time.Second, Registerer: registry})
		await.Background(t, keepsUp.Watch)
		await.True(t, "the first one has it", func() bool { return rig.Sum(t, first, "projection_held") == 1 })
		await.True(t, "ready", func() bool { return keepsUp.Ready() == nil })
	}
	<-time.After(lock.StallAfter + 3*time.Second)
	if rig.Sum(t, second, "projection_held") != 0 {
		t.Error("the second one has taken it, though the first one is alive")
	}
}

// A process freezes while the server sends an answer to it, so the session on the server is
// blocked. The process nevertheless loses its lock of the projection, so that another process can
// continue.
func TestHolderThatFreezesWhileItReads(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	frozen, pool := rig.Connect(t, url), rig.Connect(t, url)
	held, thaw, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		_ = lock.Hold(t.Context(), frozen, "frozen", func(ctx context.Context, conn *pgx.Conn) error {
			rows, err := conn.Query(ctx, `SELECT repeat('x', 1000) FROM generate_series(1, 1000000)`)
			if err == nil {
				rows.Next()
				close(held)
				<-thaw
				rows.Close()
			}
			return err
		})
	}()
	await.Signal(t, "it is held", held)
	ctx, cancel := context.WithTimeout(t.Context(), 5*lock.StallAfter)
	defer cancel()
	if err := lock.Hold(ctx, pool, "frozen", func(context.Context, *pgx.Conn) error { return nil }); err != nil {
		t.Error(err)
	}
	close(thaw)
	<-done
}

// A metric counts the parked streams of a projection. Only the process that runs the projection
// exports the metric. When the process stops running the projection, it removes the metric.
func TestParkedGaugeIsTheHoldersAlone(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := tanks(t, pool)
	registry := prometheus.NewRegistry()
	projector := newProjector(pool, projection.Config{Registerer: registry})
	projector.Add("applied", func(*pgx.Batch, []event.Recorded) error { return io.ErrUnexpectedEOF })
	stop := await.Background(t, projector.Run)
	rig.WaitFor(t, pool, "applied", rig.Handle(t, h, uuid.New(), build("north")))
	await.True(t, "it is counted", func() bool { return rig.Sum(t, registry, "projection_parked_streams") == 1 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if got := rig.Sum(t, registry, "projection_parked_streams"); got != 0 {
		t.Errorf("%v parked streams are shown by who holds nothing", got)
	}
}
