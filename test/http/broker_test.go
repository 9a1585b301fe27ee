package http_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/test/testdb"
)

// startNATS runs a broker with JetStream, whose program tools/go.mod pins, and returns its URL.
func startNATS(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	program := brokerProgram(t)
	command := exec.Command(program, "-a", "127.0.0.1", "-p", "-1", "-js", "-sd", dir, "--ports_file_dir", dir) //nolint:noctx // the cleanup ends it
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait() // it ends with 1 when it is interrupted
	})
	var ports struct{ NATS []string }
	await(t, func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, "*.ports"))
		if len(found) == 0 {
			return false
		}
		text, err := os.ReadFile(found[0])
		return err == nil && json.Unmarshal(text, &ports) == nil && len(ports.NATS) > 0
	})
	return ports.NATS[0]
}

// brokerProgram builds the broker's program once. The service's own go.mod knows nothing of it.
func brokerProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(folder, "nats-server")
	if said, err := buildBroker(); err != nil {
		t.Fatalf("build the broker: %v\n%s", err, said)
	}
	return program
}

var buildBroker = sync.OnceValues(func() (said []byte, err error) {
	return exec.Command("go", "-C", "../../tools", "build", "-o", folder+string(filepath.Separator), "github.com/nats-io/nats-server/v2").CombinedOutput()
})

// A broker that is set up to lose messages turns the projector's readiness off, and its
// metric to 0, until it is mended.
func TestBrokerThatLosesMessages(t *testing.T) {
	t.Parallel()
	address := startNATS(t)
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
		return projector.Ready() == http.StatusServiceUnavailable && strings.Contains(projector.Said(), "is kept in memory, not in files")
	})
	await(t, func() bool { return strings.Contains(projector.Metrics(), "\noutbox_broker_durable 0\n") })
	if err := broker.DeleteStream(outbox.StreamName(naming.Service)); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool {
		return projector.Ready() == http.StatusOK && strings.Contains(projector.Said(), "the broker's stream is as it must be; whether its servers sync is not known")
	})
	await(t, func() bool { return strings.Contains(projector.Metrics(), "\noutbox_broker_durable 1\n") })
}
