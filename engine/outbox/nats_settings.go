package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	lookEvery = 5 * time.Second // how old what is known of the settings becomes
	lookFor   = time.Second     // bounds a look
)

// clusterReplicas is what a stream on a cluster must have, unless told otherwise: one
// server may go away, or lose its disk.
const clusterReplicas = 3

// replicasNotSupported is JetStream's answer, by error code, of a server that is no cluster.
const replicasNotSupported = 10074

// The errors of a broker whose settings must be changed: one that may lose what it has
// acknowledged, and one that takes nothing, with which nobody would find out why.
var (
	errLossy        = errors.New("the broker may lose what it acknowledges")
	errTakesNothing = errors.New("the broker takes no message")
)

// Watch looks at the broker's settings until ctx ends, and makes the stream if it is
// missing, and the connection if it was closed for good.
func (n *NATS) Watch(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := n.attend(ctx); err != nil {
			n.config.Logger.Error("can't connect to the broker anew", "error", err)
		}
		if n.current().connection.IsConnected() {
			_ = n.look(ctx) // which keeps and logs what it finds
		}
		select {
		case <-ctx.Done():
		case <-n.closed:
		case <-time.After(lookEvery):
		}
	}
	return nil
}

// Check returns an error if the last look that could be had found settings by which
// the broker loses what it acknowledges.
func (n *NATS) Check(context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lossy
}

// Durable says whether the last look that could be had found that the broker keeps what
// it acknowledges: false before the first one.
func (n *NATS) Durable() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.durable
}

// checkSettings returns nil if a look not long ago found nothing wrong.
func (n *NATS) checkSettings(ctx context.Context) error {
	n.mu.Lock()
	fresh := time.Since(n.fine) < 2*lookEvery
	n.mu.Unlock()
	if fresh {
		return nil
	}
	return n.look(ctx)
}

// doubt has the settings looked at before the next message.
func (n *NATS) doubt() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fine = time.Time{}
}

// look finds out whether the broker keeps what it acknowledges. An error that is neither
// errLossy nor errTakesNothing says that it could not be found out.
func (n *NATS) look(ctx context.Context) error {
	n.looking.Lock()
	defer n.looking.Unlock()
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	least, err := n.replicas()
	if err != nil {
		return err
	}
	info, err := n.findStream(ctx, least)
	var found found
	if err == nil {
		found.replicas, found.retention = info.Config.Replicas, strings.Join(retention(info.Config), "; ")
		found.sync, err = n.syncs(ctx)
		err = errors.Join(n.streamLoses(info, least), err)
	}
	n.note(found, err)
	return err
}

// findStream returns what the broker says of the stream. One that is missing is made; one that is there
// stays as its operators have set it up.
func (n *NATS) findStream(ctx context.Context, replicas int) (*jetstream.StreamInfo, error) {
	js := n.current().js
	stream, err := js.Stream(ctx, n.stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = js.CreateStream(ctx, jetstream.StreamConfig{
			Name: n.stream, Subjects: []string{n.config.Service + ".>"}, Storage: jetstream.FileStorage,
			Replicas: replicas, Duplicates: 10 * time.Minute,
		})
		if answer, ok := errors.AsType[*jetstream.APIError](err); ok && answer.ErrorCode == replicasNotSupported {
			return nil, singleServer(replicas)
		}
		if err != nil {
			return nil, fmt.Errorf("create stream %s with %d replicas (NATS_REPLICAS): %w", n.stream, replicas, err)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("look at stream %s: %w", n.stream, err)
	}
	return stream.CachedInfo(), nil
}

// singleServer is the error of a server that is asked for more replicas than it can have.
func singleServer(replicas int) error {
	return fmt.Errorf("%w: a single server can't have %d replicas: set NATS_REPLICAS=1, or use a cluster", errLossy, replicas)
}

// replicas returns how many the stream must have. Without a connection it is not known
// whether there is a cluster.
func (n *NATS) replicas() (int, error) {
	connection := n.current().connection
	switch {
	case n.config.Replicas > 0:
		return n.config.Replicas, nil
	case !connection.IsConnected():
		return 0, nats.ErrDisconnected
	case connection.ConnectedClusterName() != "":
		return clusterReplicas, nil
	}
	return 1, nil
}

// streamLoses names the settings by which a stream loses messages that it has
// acknowledged, or acknowledges none.
func (n *NATS) streamLoses(info *jetstream.StreamInfo, least int) error {
	config := info.Config
	var reasons []error
	loses := func(format string, args ...any) {
		reasons = append(reasons, fmt.Errorf("%w: stream %s "+format, append([]any{errLossy, n.stream}, args...)...))
	}
	switch clustered := info.Cluster != nil && info.Cluster.Name != ""; {
	case config.Replicas >= least:
	case !clustered:
		reasons = append(reasons, singleServer(least))
	default:
		loses("has %d of %d replicas: raise them (nats stream edit %s --replicas %d), or say by NATS_REPLICAS that fewer will do",
			config.Replicas, least, n.stream, least)
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
		reasons = append(reasons, fmt.Errorf("%w: stream %s %s", errTakesNothing, n.stream, reason))
	}
	return errors.Join(reasons...)
}

// found is what a look has seen, for the log.
type found struct {
	replicas        int
	sync, retention string
}

// note keeps what a look has found, and logs what is new.
func (n *NATS) note(found found, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if wrong := errors.Is(err, errLossy) || errors.Is(err, errTakesNothing); wrong || err == nil {
		n.lossy, n.durable = err, err == nil
	}
	n.fine = time.Time{}
	if err == nil {
		n.fine = time.Now()
	}
	said := fmt.Sprint(found, err)
	if n.said == said {
		return
	}
	n.said = said
	logger := n.config.Logger.With("stream", n.stream)
	if err == nil && found.retention != "" {
		logger.Warn("the broker's stream does not keep everything for ever, as its owner has set it up", "retention", found.retention)
	}
	switch {
	case err == nil && found.sync == syncedAlways:
		logger.Info("broker keeps what it acknowledges", "replicas", found.replicas, "sync", found.sync)
	case err == nil:
		logger.Info("the broker's stream is as it must be; whether its servers sync is not known", "replicas", found.replicas, "sync", found.sync)
	case n.lossy != nil:
		n.config.Logger.Error("nothing is published, the outbox keeps the messages", "error", err)
	default:
		n.config.Logger.Warn("broker's settings can't be seen, the outbox keeps the messages", "error", err)
	}
}
