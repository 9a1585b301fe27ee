package outbox_test

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/outbox/natsbroker"
)

// door decides whether a NATS server accepts a login. If its field shut is true, it refuses all
// logins.
type door struct {
	shut    atomic.Bool
	refused atomic.Int64
}

func (d *door) Check(client server.ClientAuthentication) bool {
	if d.shut.Load() {
		d.refused.Add(1)
		return false
	}
	client.RegisterUser(&server.User{Username: "relay"})
	return true
}

// awaitRefusals waits until the server has refused at least four more logins. With its default
// settings, the NATS client would try fewer times.
func (d *door) awaitRefusals(t *testing.T) {
	t.Helper()
	before := d.refused.Load()
	await.True(t, "the broker refuses the relay again and again", func() bool { return d.refused.Load() >= before+4 })
}

// natsBehind runs a NATS server that asks a door whether to accept a login.
func natsBehind(t *testing.T, d *door) *server.Server {
	t.Helper()
	return runNATS(t, &server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true, CustomClientAuthentication: d})
}

func runNATS(t *testing.T, options *server.Options) *server.Server {
	t.Helper()
	broker, err := server.NewServer(options)
	if err != nil {
		t.Fatal(err)
	}
	broker.Start()
	t.Cleanup(func() { broker.Shutdown(); broker.WaitForShutdown() })
	if !broker.ReadyForConnections(await.Within) {
		t.Fatal("nats-server did not start")
	}
	return broker
}

// count returns how often a text occurs in the recorded log lines.
func (l *log) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.said.String(), text)
}

// hangUp makes a NATS server close all its connections.
func hangUp(t *testing.T, broker *server.Server) {
	t.Helper()
	seen, err := broker.Connz(&server.ConnzOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, connection := range seen.Conns {
		if err := broker.DisconnectClientByID(connection.Cid); err != nil {
			t.Fatal(err)
		}
	}
}

// If a broker refuses the relay's credentials for a while, the relay keeps trying. It sends the
// messages as soon as the broker accepts the credentials again. The relay logs the reason of the
// refusal once.
func TestBrokerThatRefusesTheRelayForAWhile(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	var d door
	s := natsBehind(t, &d)
	broker, said := logged(t, natsbroker.Config{Servers: s.ClientURL()})
	runRelay(t, pool, broker.Publish)
	appendMany(t, store, 2, 2)
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })

	d.shut.Store(true)
	hangUp(t, s)
	appendMany(t, store, 2, 2)
	d.awaitRefusals(t)
	said.line(t, "broker refuses the connection")
	if depth := outboxDepth(t, pool); depth != 4 {
		t.Errorf("the outbox keeps %d of 4 messages", depth)
	}
	d.shut.Store(false)
	await.True(t, "the outbox is empty again", func() bool { return outboxDepth(t, pool) == 0 })
	said.line(t, "broker is back")
	if n := said.count("broker refuses the connection"); n != 1 {
		t.Errorf("the log says %d times that the broker refuses the connection", n)
	}
}

// A broker refuses the relay's credentials from the start. The relay begins to send messages as
// soon as the broker accepts the credentials.
func TestBrokerThatRefusesTheRelayFromTheStart(t *testing.T) {
	t.Parallel()
	var d door
	d.shut.Store(true)
	s := natsBehind(t, &d)
	broker, said := logged(t, natsbroker.Config{Servers: s.ClientURL()})
	d.awaitRefusals(t)
	said.line(t, "broker refuses the connection")
	if broker.Durable() || broker.Check(t.Context()) != nil {
		t.Error("it is not treated as a broker that is away")
	}
	d.shut.Store(false)
	takes(t, "the broker takes a message", broker.Publish)
}

// After some errors of the broker, the NATS client closes its connection and does not reconnect.
// The relay then opens a new connection.
func TestConnectionThatIsClosedForGood(t *testing.T) {
	t.Parallel()
	s := runNATS(t, &server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true, MaxControlLine: 512})
	broker, said := logged(t, natsbroker.Config{Servers: s.ClientURL()})
	for range 2 {
		takes(t, "the broker takes a message", broker.Publish)
		checkNotRefused(t, "the broker has ended the connection", sendOne(t, broker.Publish, messageOf(strings.Repeat("x", 600), 1)))
		said.line(t, "maximum control line exceeded")
	}
	takes(t, "the broker takes a message again", broker.Publish)
	said.line(t, "broker is back")
}

// A cluster may need seconds to create a stream. The relay waits for such a slow broker, and sends
// the messages.
func TestASlowBrokerGetsTheMessages(t *testing.T) {
	t.Parallel()
	s := startNATS(t, t.TempDir(), 0)
	var late atomic.Int64
	broker := openNATS(t, natsbroker.Config{Servers: "nats://" + delayed(t, s.Addr().String(), &late)})
	takes(t, "the broker takes a message", broker.Publish)
	late.Store(int64(1200 * time.Millisecond))
	if err := operatorOf(t, s.ClientURL()).DeleteStream(t.Context(), tankStream); err != nil {
		t.Fatal(err)
	}
	takes(t, "the slow broker takes a message", broker.Publish)
}

// delayed returns the address of a TCP proxy of a server. The proxy delays everything that the
// server sends by the number of nanoseconds in late.
func delayed(t *testing.T, server string, late *atomic.Int64) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", server)
			if err != nil {
				_ = client.Close()
				continue
			}
			go func() {
				_, _ = io.Copy(to, client)
				_, _ = client.Close(), to.Close()
			}()
			go func() {
				for buffer := make([]byte, 64<<10); ; {
					n, err := to.Read(buffer)
					<-time.After(time.Duration(late.Load()))
					if _, failed := client.Write(buffer[:n]); failed != nil || err != nil {
						return
					}
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// If the subject of a message is invalid in NATS, the message is refused before it is sent to the
// broker.
func TestSubjectsThatCantBe(t *testing.T) {
	t.Parallel()
	publish := toNATS(t, startNATS(t, t.TempDir(), 0).ClientURL())
	takes(t, "the broker takes a message", publish)
	for name, kind := range map[string]string{
		"none": "", "longer than a control line": strings.Repeat("x", 9000), "longer than we send": strings.Repeat("x", 1024),
		"a wildcard": "*", "a wildcard for all": ">", "white space": "a b", "a line": "a\r\nPUB b 0", "a control character": "a\x7f",
		"other white space": "a\u00a0b",
	} {
		checkRefused(t, name, sendOne(t, publish, messageOf(kind, 1)))
	}
	for _, kind := range []string{"Tank.Poured.v1", strings.Repeat("x", 900), "größer", "x*"} {
		if err := sendOne(t, publish, messageOf(kind, 1)); err != nil {
			t.Errorf("%.20s: %v", kind, err)
		}
	}
}

// The relay moves messages with an invalid subject to the table dead_messages, and sends the
// messages of all other streams without a delay.
func TestSubjectsThatCantBeAreSetAside(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	bad := map[uuid.UUID]string{uuid.New(): "", uuid.New(): strings.Repeat("x", 9000), uuid.New(): "a b"}
	good := uuid.New()
	for id, kind := range bad {
		position := appendTo(t, store, id)
		if _, err := pool.Exec(t.Context(), `UPDATE outbox SET type = $2 WHERE position = $1`, position, kind); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{
		{Type: tank.Stream, ID: good, Events: []event.Event{tank.Poured{Amount: 1}}}}}); err != nil {
		t.Fatal(err)
	}
	url := startNATS(t, t.TempDir(), 0).ClientURL()
	relayOf(t, pool, toNATS(t, url))
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	dead := deadOf(t, pool)
	if len(dead) != len(bad) || len(received(t, url, 1)) != 1 {
		t.Fatalf("dead: %+v", dead)
	}
	for _, d := range dead {
		if _, ok := bad[d.StreamID]; !ok || d.Attempts != 3 || !strings.Contains(d.Error, "invalid subject") {
			t.Errorf("dead: %+v", d)
		}
	}
}
