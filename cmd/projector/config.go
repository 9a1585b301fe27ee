package main

import (
	"time"

	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/process/projector"
	"example.com/pgcqrs/engine/process/telemetry"
)

// Config has all settings of this program, from the environment.
type Config struct {
	DatabaseURL         string        `envconfig:"DATABASE_URL" url:"true" required:"true" example:"postgres://user:password@localhost:5432/pgcqrs" desc:"URL of the database with the log and the read tables: the primary."`
	ListenDatabaseURL   string        `envconfig:"LISTEN_DATABASE_URL" url:"true" desc:"URL of the connection that executes LISTEN. It must name the same database as DATABASE_URL, but not through a pooler in transaction mode, which would lose the notifications. Empty: DATABASE_URL."`
	WorkerDatabaseURL   string        `envconfig:"WORKER_DATABASE_URL" url:"true" desc:"URL of the database with the login of the worker, which may append events and execute the jobs of the queue. It must name the same database as DATABASE_URL, but not through a pooler in transaction mode. Empty: DATABASE_URL, whose login then needs these rights."`
	Workflows           string        `envconfig:"WORKFLOWS" default:"on" oneof:"on,off" desc:"off: this process runs no workflows: neither their reactions nor their jobs. Another projector process must run them."`
	ProjectorAddr       string        `envconfig:"PROJECTOR_ADDR" default:"127.0.0.1:8081" desc:"Address of the projector's /healthz, /readyz and /metrics, host:port."`
	NATSURL             string        `envconfig:"NATS_URL" url:"true" desc:"URL of the broker to which the relay sends the messages of the outbox. Empty: the relay sends nothing, and the messages stay in the outbox." example:"nats://localhost:4222"`
	NATSReplicas        int           `envconfig:"NATS_REPLICAS" default:"0" min:"0" desc:"Minimum number of replicas of the broker's stream. While the stream has fewer replicas, the relay publishes nothing, and /readyz answers 503. 0: 3 on a cluster, 1 on a single server."`
	NATSMonitors        string        `envconfig:"NATS_MONITOR_URLS" url:"true" desc:"Monitoring URLs of all of the broker's servers, separated by commas. The projector asks them whether they sync to disk before they acknowledge (sync_interval: always). While one of the servers does not, the relay publishes nothing. Empty: no check." example:"http://nats-1:8222,http://nats-2:8222"`
	MessageSource       string        `envconfig:"MESSAGE_SOURCE" default:"/pgcqrs" desc:"The source attribute of every message (CloudEvents): a URI reference that names this service."`
	OutboxAttempts      int           `envconfig:"OUTBOX_ATTEMPTS" default:"10" min:"1" desc:"How many times the broker may refuse a message. After that many refusals, the relay moves the message, and the later messages of its stream, to the table dead_messages. A broker that can't be reached does not count as a refusal."`
	PollInterval        time.Duration `envconfig:"POLL_INTERVAL" default:"1s" min:"10ms" desc:"Interval at which the projector looks for new events and messages when no notification comes."`
	StuckAfter          time.Duration `envconfig:"STUCK_AFTER" default:"10s" min:"1s" desc:"How long a projection with waiting events may make no progress before /readyz answers 503."`
	ReconcileInterval   time.Duration `envconfig:"RECONCILE_INTERVAL" default:"1h" min:"1s" desc:"Interval at which the projector compares the events that the projections were given with the events of the log."`
	ChainInterval       time.Duration `envconfig:"CHAIN_INTERVAL" default:"1s" min:"0s" desc:"Interval at which the projector adds a link to the chain; the link covers the new events. So for this time, a new event may have no link. 0: no chain."`
	ChainVerifyInterval time.Duration `envconfig:"CHAIN_VERIFY_INTERVAL" default:"10s" min:"0s" desc:"Interval at which each projector compares the next part of the log, some 10,000 events, with the chain. At the end of the log, the projector begins again at the log's start. 0: never."`
	SnapshotEvery       int           `envconfig:"SNAPSHOT_EVERY" default:"1000" min:"0" desc:"Number of new events after which a long stream gets another snapshot, so that a command need not load all events of the stream; at least 1,000. 0: no snapshots."`
	SnapshotKey         string        `envconfig:"SNAPSHOT_KEY" desc:"Secret that authenticates snapshots: at least 32 bytes, the same as the API's. If somebody without this secret has written a snapshot with the projector's login, the API ignores the snapshot. Empty: no snapshots are made, and the API reads long streams from their beginning."`
	ProjectionBatch     int           `envconfig:"PROJECTION_BATCH" default:"500" min:"1" desc:"Maximum number of events that a projection applies in one transaction."`
	UnsafeDatabase      string        `envconfig:"UNSAFE_DATABASE" default:"refuse" oneof:"refuse,accept" desc:"accept: start even if fsync or full_page_writes is off in the database. A crash may then lose acknowledged writes, so use this value only for tests. Readiness and the metric database_setting_unsafe still report the setting of the database."`
	telemetry.Traces
	process.Log
	process.Repeats
	probe.Debug
	process.Shutdown
}

// process converts the settings to the Config of the engine's projector process.
func (c Config) process() projector.Config {
	return projector.Config{
		DatabaseURL:         c.DatabaseURL,
		ListenDatabaseURL:   c.ListenDatabaseURL,
		WorkerDatabaseURL:   c.WorkerDatabaseURL,
		Workflows:           c.Workflows == "on",
		Addr:                c.ProjectorAddr,
		NATSURL:             c.NATSURL,
		NATSReplicas:        c.NATSReplicas,
		NATSMonitors:        c.NATSMonitors,
		MessageSource:       c.MessageSource,
		OutboxAttempts:      c.OutboxAttempts,
		PollInterval:        c.PollInterval,
		StuckAfter:          c.StuckAfter,
		ReconcileInterval:   c.ReconcileInterval,
		ChainInterval:       c.ChainInterval,
		ChainVerifyInterval: c.ChainVerifyInterval,
		SnapshotEvery:       c.SnapshotEvery,
		SnapshotKey:         c.SnapshotKey,
		ProjectionBatch:     c.ProjectionBatch,
		UnsafeDatabase:      c.UnsafeDatabase == "accept",
		Traces:              c.Traces,
		Log:                 c.Log,
		Repeats:             c.Repeats,
		Debug:               c.Debug,
		Shutdown:            c.Shutdown,
	}
}
