package eventlog_test

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// proxy forwards data between a store and its PostgreSQL server. If its field armed is true, the
// proxy forwards the next append to the server, but closes the connection before the answer to the
// COMMIT reaches the store.
type proxy struct {
	target string
	armed  atomic.Bool
	cut    atomic.Int64
}

func startProxy(t *testing.T, rawURL string) (*proxy, string) {
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
	p := &proxy{target: u.Host}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	u.Host = listener.Addr().String()
	return p, u.String()
}

func (p *proxy) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() { _, _ = io.Copy(server, client) }()
	buffer := make([]byte, 1<<16)
	for {
		n, err := server.Read(buffer)
		if err != nil {
			return
		}
		if p.armed.Load() && bytes.Contains(buffer[:n], []byte("CALL\x00")) {
			p.armed.Store(false)
			p.cut.Add(1)
			return
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// The database has committed an append, but the answer was lost. The store must ask the database
// whether the append was stored. If the store sent the append again without asking, the append
// could be stored twice. If the store gave up, the caller would not learn that the append has
// succeeded.
func TestLostAnswerToACommit(t *testing.T) {
	t.Parallel()
	direct := testdb.New(t)
	cutter, throughProxy := startProxy(t, direct)
	store := runStore(t, connect(t, throughProxy), eventlog.Config{SettleFor: await.Within})
	id := uuid.New()
	mustAppend(t, store, stream(id, 0, 1))
	for _, tc := range []struct {
		name string
		a    event.Append
		want int64
	}{
		{"at an expected version", stream(id, 1, 2, 3), 3},
		{"at any version", stream(id, event.AnyVersion, 4), 4},
		{"under a key", once(id, 4, "k", time.Hour, 5), 5},
	} {
		cutter.armed.Store(true)
		appended := mustAppend(t, store, tc.a)
		if appended.Version != tc.want || appended.Position != tc.want {
			t.Errorf("%s: got %+v, want version and position %d", tc.name, appended, tc.want)
		}
	}
	cutter.armed.Store(true)
	side := uuid.New()
	chain, err := store.AppendAll(t.Context(), []event.Append{stream(side, 0, 6, 7), once(side, 2, "l", time.Hour), stream(side, 2, 8)})
	want := []event.Appended{
		{StreamID: side, Version: 2, Position: 7}, {StreamID: side, Version: 2, Position: 7}, {StreamID: side, Version: 3, Position: 8},
	}
	if diff := cmp.Diff(want, chain, exceptIDs); err != nil || diff != "" {
		t.Errorf("a chain: %v (-want +got):\n%s", err, diff)
	}
	if cuts := cutter.cut.Load(); cuts != 4 {
		t.Errorf("%d answers were lost, want 4", cuts)
	}
	if seen := positions(t, newStore(t, direct)); len(seen) != 8 {
		t.Errorf("%d events, want 8", len(seen))
	}
}
