package projector

import (
	"net/http"
	"time"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/pg/settings"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/process/telemetry"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/engine/tracing"
	"example.com/pgcqrs/engine/workflow"
)

// Config has the values that the service passes, and the settings from the environment. The comment
// of a setting names its environment variable in capitals.
type Config struct {
	Service     string                    // name of the service: in application_name, in the broker's stream and subjects, in the chain
	Decode      event.Decode              // decodes the service's events
	Projections func(to projection.Adder) // adds every projection of the service
	Folds       []snapshots.Aggregate     // aggregates whose streams get snapshots
	Versions    func() map[string][]int64 // versions of the schema that the program needs, by the table that lists them
	Objects     settings.Objects          // database objects that must exist
	WorkflowSet workflow.Set              // workflows of the service
	Publish     outbox.Publish            // sends messages instead of the broker at NATSURL; nil: the broker is used
	Export      telemetry.Open            // exports traces; nil: the program has no exporter

	DatabaseURL         string        // DATABASE_URL: the primary
	ListenDatabaseURL   string        // LISTEN_DATABASE_URL: the same database without a pooler; "": DatabaseURL
	WorkerDatabaseURL   string        // WORKER_DATABASE_URL: the same database with the worker's login; "": DatabaseURL
	Workflows           bool          // WORKFLOWS: this process runs the workflows
	Addr                string        // PROJECTOR_ADDR: address of the probes
	NATSURL             string        // NATS_URL: the broker; "": messages stay in the outbox
	NATSReplicas        int           // NATS_REPLICAS: replicas that the broker's stream must have; 0: 3 on a cluster, else 1
	NATSMonitors        string        // NATS_MONITOR_URLS, separated by commas; "": monitoring is not read
	MessageSource       string        // MESSAGE_SOURCE: a URI reference that names the service
	OutboxAttempts      int           // OUTBOX_ATTEMPTS: refusals after which a message is set aside
	PollInterval        time.Duration // POLL_INTERVAL: pause between reads when no notification comes
	StuckAfter          time.Duration // STUCK_AFTER: how long a projection may apply nothing while events wait
	ReconcileInterval   time.Duration // RECONCILE_INTERVAL
	ChainInterval       time.Duration // CHAIN_INTERVAL; 0: no chain
	ChainVerifyInterval time.Duration // CHAIN_VERIFY_INTERVAL; 0: never
	SnapshotEvery       int           // SNAPSHOT_EVERY: number of events between two snapshots of a stream; 0: no snapshots
	SnapshotKey         string        // SNAPSHOT_KEY; "": no snapshots
	ProjectionBatch     int           // PROJECTION_BATCH: limit on the events of one transaction
	UnsafeDatabase      bool          // UNSAFE_DATABASE: accepts a database that may lose acknowledged writes
	Traces              telemetry.Traces
	Log                 process.Log
	Repeats             process.Repeats
	Debug               probe.Debug
	Shutdown            process.Shutdown

	tracer *tracing.Tracer // starts the spans of the process; nil: nothing is traced
	level  http.Handler    // shows and changes the level of the log
}
