package projector

import (
	"time"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/pg/settings"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/snapshots"
)

// Config has what the service passes, and the settings from the environment. The comments name
// their variables in capitals, as errors do.
type Config struct {
	Service     string                    // its name: of sessions, the broker's stream and subjects, in the chain over the log
	Decode      event.Decode              // of the service's events
	Projections func(to projection.Adder) // adds every projection that the service has
	Folds       []snapshots.Aggregate     // make the states that snapshots are taken of
	Versions    func() map[string][]int64 // of the schema, by the table that lists them
	Objects     settings.Objects          // of the schema that must be there
	Publish     outbox.Publish            // where messages go instead of NATSURL; nil: to NATSURL

	DatabaseURL         string        // DATABASE_URL: the primary
	ListenDatabaseURL   string        // LISTEN_DATABASE_URL: the same database, reached directly; "": DatabaseURL
	Addr                string        // PROJECTOR_ADDR, of the probes
	NATSURL             string        // NATS_URL: the broker; "": the outbox keeps the messages
	NATSReplicas        int           // NATS_REPLICAS: how many the broker's stream must have; 0: 3 on a cluster, else 1
	NATSMonitors        string        // NATS_MONITOR_URLS, separated by commas; "": not looked at
	MessageSource       string        // MESSAGE_SOURCE: a URI reference that names the service
	OutboxAttempts      int           // OUTBOX_ATTEMPTS: refusals after which a message is set aside
	PollInterval        time.Duration // POLL_INTERVAL, when no notification comes
	StuckAfter          time.Duration // STUCK_AFTER: how long a projection may stand still with events waiting
	ReconcileInterval   time.Duration // RECONCILE_INTERVAL
	ChainInterval       time.Duration // CHAIN_INTERVAL; 0: no chain
	ChainVerifyInterval time.Duration // CHAIN_VERIFY_INTERVAL; 0: never
	SnapshotEvery       int           // SNAPSHOT_EVERY: events of a stream; 0: no snapshots
	SnapshotKey         string        // SNAPSHOT_KEY; "": no snapshots
	ProjectionBatch     int           // PROJECTION_BATCH: most events in one transaction
	UnsafeDatabase      bool          // whether UNSAFE_DATABASE accepts a database that may lose what was acknowledged
	Log                 process.Log
	Debug               probe.Debug
	Shutdown            process.Shutdown
}
