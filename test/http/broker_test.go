package http_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/internal/naming"
)

// startNATS runs a broker with JetStream.
func startNATS(t *testing.T) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the broker does not start")
	}
	return s
}

// A broker that is set up to lose messages turns the projector's readiness off, and its
// metric to 0, until it is mended.
func TestBrokerThatLosesMessages(t *testing.T) {
	t.Parallel()
	address := startNATS(t).ClientURL()
	connection, err := nats.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(connection.Close)
	broker, err := connection.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := broker.AddStream(&nats.StreamConfig{Name: outbox.StreamName(naming.Service), Subjects: []string{naming.Service + ".>"}, Storage: nats.MemoryStorage}); err != nil {
		t.Fatal(err)
	}
	projector := begin(t, "projector", "DATABASE_URL="+testdb.As(t, testdb.New(t), database.ProjectorRole), "NATS_URL="+address)
	await(t, func() bool {
		return projector.ready() == http.StatusServiceUnavailable && strings.Contains(projector.said(), "is kept in memory, not in files")
	})
	await(t, func() bool { return strings.Contains(projector.metrics(), "\noutbox_broker_durable 0\n") })
	if err := broker.DeleteStream(outbox.StreamName(naming.Service)); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool {
		return projector.ready() == http.StatusOK && strings.Contains(projector.said(), "the broker's stream is as it must be; whether its servers sync is not known")
	})
	await(t, func() bool { return strings.Contains(projector.metrics(), "\noutbox_broker_durable 1\n") })
}
