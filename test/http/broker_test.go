package http_test

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/enginetest/broker"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/test/testdb"
)

// startBroker runs a broker, whose program tools/go.mod pins: the service's own go.mod knows nothing of it.
func startBroker(t *testing.T) *broker.Broker {
	t.Helper()
	if said, err := buildBroker(); err != nil {
		t.Fatalf("build the broker: %v\n%s", err, said)
	}
	return broker.Start(t, filepath.Join(folder, "nats-server"))
}

var buildBroker = sync.OnceValues(func() (said []byte, err error) {
	return exec.Command("go", "-C", "../../tools", "build", "-o", folder+string(filepath.Separator), "github.com/nats-io/nats-server/v2").CombinedOutput()
})

// A broker that is set up to lose messages turns the projector's readiness off, and its
// metric to 0, until it is mended.
func TestBrokerThatLosesMessages(t *testing.T) {
	t.Parallel()
	broker := startBroker(t)
	broker.AddMemoryStream(outbox.StreamName(naming.Service), naming.Service+".>")
	projector := begin(t, "projector", "DATABASE_URL="+testdb.As(t, testdb.New(t), database.ProjectorRole), "NATS_URL="+broker.URL)
	await(t, func() bool {
		return projector.Ready() == http.StatusServiceUnavailable && strings.Contains(projector.Said(), "is kept in memory, not in files")
	})
	await(t, func() bool { return strings.Contains(projector.Metrics(), "\noutbox_broker_durable 0\n") })
	broker.DeleteStream(outbox.StreamName(naming.Service))
	await(t, func() bool {
		return projector.Ready() == http.StatusOK && strings.Contains(projector.Said(), "the broker's stream is as it must be; whether its servers sync is not known")
	})
	await(t, func() bool { return strings.Contains(projector.Metrics(), "\noutbox_broker_durable 1\n") })
}
