package durability

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Config says how durable the broker must be.
type Config struct {
	Service  string   // first part of the subjects of a stream that Look creates
	Stream   string   // name of the stream
	Replicas int      // fewest replicas that the stream must have; 0: 3 on a cluster, 1 on a single server
	Monitors []string // the servers' monitoring URLs, to check whether the servers sync before they acknowledge; empty: not checked
	Logger   *slog.Logger
}

// clusterReplicas is the number of replicas that a stream on a cluster must have by default. With
// three replicas the stream keeps its messages if one server stops or loses its disk.
const clusterReplicas = 3

// replicasNotSupported is JetStream's error code for a request for several replicas to a server
// that is not part of a cluster.
const replicasNotSupported = 10074

// findStream returns the broker's information about the stream. If the stream is missing,
// findStream creates it; findStream never changes an existing stream.
func findStream(ctx context.Context, js jetstream.JetStream, config Config, replicas int) (*jetstream.StreamInfo, error) {
	stream, err := js.Stream(ctx, config.Stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = js.CreateStream(ctx, jetstream.StreamConfig{
			Name: config.Stream, Subjects: []string{config.Service + ".>"}, Storage: jetstream.FileStorage,
			Replicas: replicas, Duplicates: 10 * time.Minute,
		})
		if answer, ok := errors.AsType[*jetstream.APIError](err); ok && answer.ErrorCode == replicasNotSupported {
			return nil, singleServer(replicas)
		}
		if err != nil {
			return nil, fmt.Errorf("create stream %s with %d replicas (NATS_REPLICAS): %w", config.Stream, replicas, err)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("look at stream %s: %w", config.Stream, err)
	}
	return stream.CachedInfo(), nil
}

// singleServer returns an error: a single server can't have the given number of replicas.
func singleServer(replicas int) error {
	return fmt.Errorf("%w: a single server can't have %d replicas: set NATS_REPLICAS=1, or use a cluster", errLossy, replicas)
}

// replicas returns the number of replicas that the stream must have. If the number is not
// configured, it depends on whether the server is part of a cluster. To find that out, replicas
// needs a connection, and fails without one.
func replicas(connection *nats.Conn, configured int) (int, error) {
	switch {
	case configured > 0:
		return configured, nil
	case !connection.IsConnected():
		return 0, nats.ErrDisconnected
	case connection.ConnectedClusterName() != "":
		return clusterReplicas, nil
	}
	return 1, nil
}

// streamLoses returns an error for each wrong setting. With such a setting the stream may lose
// acknowledged messages, acknowledges no messages, or accepts no messages.
func streamLoses(name string, info *jetstream.StreamInfo, least int) error {
	config := info.Config
	var reasons []error
	loses := func(format string, args ...any) {
		reasons = append(reasons, fmt.Errorf("%w: stream %s "+format, append([]any{errLossy, name}, args...)...))
	}
	switch clustered := info.Cluster != nil && info.Cluster.Name != ""; {
	case config.Replicas >= least:
	case !clustered:
		reasons = append(reasons, singleServer(least))
	default:
		loses("has %d of %d replicas: raise them (nats stream edit %s --replicas %d), or say by NATS_REPLICAS that fewer will do",
			config.Replicas, least, name, least)
	}
	if config.Storage != jetstream.FileStorage {
		loses("is kept in memory, not in files")
	}
	if config.PersistMode == jetstream.AsyncPersistMode {
		loses("acknowledges before it writes (persist_mode async)")
	}
	if config.NoAck {
		loses("acknowledges nothing (no_ack)")
	}
	for _, reason := range streamDrops(info) {
		loses("%s", reason)
	}
	for _, reason := range streamTakesNothing(config) {
		reasons = append(reasons, fmt.Errorf("%w: stream %s %s", errTakesNothing, name, reason))
	}
	return errors.Join(reasons...)
}
