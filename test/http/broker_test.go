package http_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/broker"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/outbox/natsbroker"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/test/testdb"
)

// startBroker runs a NATS server as a separate program. The file tools/go.mod sets its version,
// because the service's own go.mod does not require the server.
func startBroker(t *testing.T) *broker.Broker {
	t.Helper()
	if err := buildBroker(); err != nil {
		t.Fatal(err)
	}
	return broker.Start(t, programs.Path("nats-server"))
}

var buildBroker = sync.OnceValue(func() error { return programs.Build("../../tools", "github.com/nats-io/nats-server/v2") })

// In this test, the broker's settings allow it to lose messages. The projector is therefore not
// ready, and its metric outbox_broker_durable is 0.
func TestBrokerThatLosesMessages(t *testing.T) {
	t.Parallel()
	broker := startBroker(t)
	broker.AddMemoryStream(natsbroker.StreamName(naming.Service), naming.Service+".>")
	projector := begin(t, "projector", append(projects(t, testdb.New(t)), "NATS_URL="+broker.URL)...)
	await.True(t, "it is not ready", func() bool {
		return projector.Ready() == http.StatusServiceUnavailable && strings.Contains(projector.Said(), "is kept in memory, not in files")
	})
	await.True(t, "its metrics say so", func() bool { return strings.Contains(projector.Metrics(), "\noutbox_broker_durable 0\n") })
	broker.DeleteStream(natsbroker.StreamName(naming.Service))
	await.True(t, "it is ready", func() bool {
		return projector.Ready() == http.StatusOK && strings.Contains(projector.Said(), "the broker's stream is as it must be; whether its servers sync is not known")
	})
	await.True(t, "its metrics say so", func() bool { return strings.Contains(projector.Metrics(), "\noutbox_broker_durable 1\n") })
}
