package eventlog_test

import (
	"bytes"
	"net"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// startCutter starts a proxy between a store and its PostgreSQL server. The proxy passes all data
// to the function cut, and closes the connection when cut returns true.
func startCutter(t *testing.T, rawURL string, cut func(fromClient bool, data []byte) bool) string {
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
			carry := func(from, to net.Conn) {
				defer func() { _, _ = client.Close(), server.Close() }()
				for buffer := make([]byte, 1<<16); ; {
					n, err := from.Read(buffer)
					if err != nil || cut(from == client, buffer[:n]) {
						return
					}
					if _, err := to.Write(buffer[:n]); err != nil {
						return
					}
				}
			}
			go carry(client, server)
			go carry(server, client)
		}
	}()
	u.Host = listener.Addr().String()
	return u.String()
}

// The connection breaks before the answer to an append arrives. The store asks the database whether
// the append was stored, but this query fails, too. The store sends the append again, and the
// database rejects it because it was stored the first time. The store asks again. The second query
// also fails, and the third query succeeds. Then the store reports that the append has succeeded.
func TestAnswerLostAndNobodyToAsk(t *testing.T) {
	t.Parallel()
	direct := testdb.New(t)
	var commits, questions atomic.Int64
	through := startCutter(t, direct, func(fromClient bool, data []byte) bool {
		if fromClient {
			return bytes.Contains(data, []byte("find_flight")) && questions.Add(1) <= 2
		}
		return bytes.Contains(data, []byte("CALL\x00")) && commits.Add(1) == 1
	})
	store := runStore(t, connect(t, through), eventlog.Config{SettleFor: await.Within})
	appended := mustAppend(t, store, stream(uuid.New(), event.AnyVersion, 1))
	if appended.Version != 1 || appended.Position != 1 {
		t.Errorf("got %+v", appended)
	}
	if asked := questions.Load(); asked != 3 {
		t.Errorf("asked %d times, want 3", asked)
	}
	if seen := positions(t, newStore(t, direct)); len(seen) != 1 {
		t.Errorf("%d events, want 1", len(seen))
	}
}

// The store does not know whether one append was stored, and its queries about that append fail.
// Meanwhile other appends of the same process succeed.
func TestAppendInDoubtHoldsUpNobody(t *testing.T) {
	t.Parallel()
	direct := testdb.New(t)
	var cut, released atomic.Bool
	through := startCutter(t, direct, func(fromClient bool, data []byte) bool {
		if fromClient {
			return bytes.Contains(data, []byte("find_flight")) && !released.Load()
		}
		return bytes.Contains(data, []byte("CALL\x00")) && cut.CompareAndSwap(false, true)
	})
	store := runStore(t, connect(t, through), eventlog.Config{SettleFor: await.Within})
	doubtful := appendSoon(t, store, stream(uuid.New(), event.NoStream, 1))
	await.True(t, "its answer is lost", cut.Load)
	for range 5 {
		mustAppendSoon(t, store)
	}
	released.Store(true)
	if r := <-doubtful; r.err != nil || r.appended.Position != 1 {
		t.Errorf("got %+v", r)
	}
}

// The answer to one append does not arrive, although its connection stays open. Meanwhile other
// appends of the same process succeed.
func TestSilentConnectionHoldsUpNobody(t *testing.T) {
	t.Parallel()
	wire, through := startStraw(t, testdb.New(t))
	store := runStore(t, connect(t, through), eventlog.Config{})
	mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
	wire.mu.Lock()
	wire.keep = 1
	wire.mu.Unlock()
	silent := appendSoon(t, store, stream(uuid.New(), event.NoStream, 1))
	<-wire.kept
	for range 3 {
		mustAppendSoon(t, store)
	}
	wire.on <- struct{}{}
	if r := <-silent; r.err != nil {
		t.Error(r.err)
	}
}
