package outbox_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/outbox"
)

// cluster is a cluster of three NATS servers, each with its own data directory.
type cluster struct {
	t       *testing.T
	options [3]server.Options
	servers [3]*server.Server // nil: not running
}

// startCluster starts three NATS servers, and waits until they form a cluster.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t}
	for i := range c.options {
		c.options[i] = server.Options{
			ServerName: fmt.Sprintf("nats-%d", i), Host: "127.0.0.1", Port: freePort(t),
			JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, NoLog: true, NoSigs: true,
			Cluster: server.ClusterOpts{Name: "three", Host: "127.0.0.1", Port: freePort(t)},
		}
	}
	var routes []*url.URL
	for _, options := range c.options {
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", options.Cluster.Port)})
	}
	for i := range c.options {
		c.options[i].Routes = routes
		c.start(i)
	}
	c.whole()
	return c
}

// whole waits until the cluster has a leader, and this leader knows all three servers.
func (c *cluster) whole() {
	c.t.Helper()
	await.True(c.t, "the cluster has a leader that knows all three", func() bool {
		for _, s := range c.servers {
			if s.JetStreamIsLeader() {
				return len(s.JetStreamClusterPeers()) == len(c.servers)
			}
		}
		return false
	})
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	address, _ := listener.Addr().(*net.TCPAddr)
	return address.Port
}

// start starts a server of the cluster at the same address as before.
func (c *cluster) start(i int) {
	c.t.Helper()
	options := c.options[i]
	s, err := server.NewServer(&options)
	if err != nil {
		c.t.Fatal(err)
	}
	s.Start()
	c.t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(await.Within) {
		c.t.Fatal("nats-server did not start")
	}
	c.servers[i] = s
}

func (c *cluster) stop(i int) {
	c.servers[i].Shutdown()
	c.servers[i].WaitForShutdown()
	c.servers[i] = nil
}

// wipe deletes the data directory of a server that does not run.
func (c *cluster) wipe(i int) {
	c.t.Helper()
	await.True(c.t, "nothing is left", func() bool { return os.RemoveAll(c.options[i].StoreDir) == nil }) // the server may still write
}

func (c *cluster) urls() string {
	var urls []string
	for _, options := range c.options {
		urls = append(urls, fmt.Sprintf("nats://127.0.0.1:%d", options.Port))
	}
	return strings.Join(urls, ",")
}

// leader returns the index of the server that is the leader of the stream.
func (c *cluster) leader() int {
	c.t.Helper()
	leader := -1
	await.True(c.t, "the stream has a leader", func() bool {
		for i, s := range c.servers {
			if s != nil && s.JetStreamIsStreamLeader(server.DEFAULT_GLOBAL_ACCOUNT, tankStream) {
				leader = i
			}
		}
		return leader >= 0
	})
	return leader
}

// holds waits until the data directory of a server contains this number of messages.
func (c *cluster) holds(i, messages int) {
	c.t.Helper()
	await.True(c.t, fmt.Sprintf("server %d has %d messages", i, messages), func() bool {
		info, err := c.servers[i].Jsz(&server.JSzOptions{Accounts: true, Streams: true})
		return err == nil && len(info.AccountDetails) == 1 && len(info.AccountDetails[0].Streams) == 1 &&
			int(info.AccountDetails[0].Streams[0].State.Msgs) == messages
	})
}

// Guarantee 7 with a cluster of three NATS servers: the relay deletes a message from the outbox
// after the broker has acknowledged it. No acknowledged message is lost if one server stops, or if
// one server loses its disk. While two servers are stopped, the broker acknowledges nothing, so the
// relay deletes nothing.
func TestThreeBrokers(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	brokers := startCluster(t)
	tries := make(chan struct{})
	publish := toNATS(t, brokers.urls())
	runRelay(t, pool, func(ctx context.Context, messages []outbox.Message) []error {
		errs := publish(ctx, messages)
		select {
		case tries <- struct{}{}:
		default:
		}
		return errs
	})
	var ids []uuid.UUID
	send := func() { ids = append(ids, appendMany(t, store, 3, 4)...) }
	sendAll := func(while string) {
		t.Helper()
		send()
		await.True(t, "the outbox is empty "+while, func() bool { return outboxDepth(t, pool) == 0 })
	}
	sendAll("with three")

	away := brokers.leader()
	brokers.stop(away)
	sendAll("with one away")
	brokers.start(away)
	brokers.holds(away, 24)

	wiped := brokers.leader()
	brokers.stop(wiped)
	brokers.wipe(wiped)
	sendAll("with one wiped")
	brokers.start(wiped)
	brokers.holds(wiped, 36)

	brokers.stop((wiped + 1) % 3)
	brokers.stop((wiped + 2) % 3)
	send()
	for range 3 {
		await.Signal(t, "the relay tries", tries)
	}
	if depth := outboxDepth(t, pool); depth != 12 {
		t.Errorf("the outbox keeps %d of 12 messages while most servers are away", depth)
	}
	brokers.start((wiped + 1) % 3)
	brokers.start((wiped + 2) % 3)
	await.True(t, "the outbox is empty again", func() bool { return outboxDepth(t, pool) == 0 })
	brokers.whole()
	for i := range brokers.servers {
		brokers.holds(i, 48)
	}
	checkCloudEvents(t, pool, received(t, brokers.urls(), 48), ids)
}
