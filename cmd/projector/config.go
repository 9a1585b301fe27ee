package main

import (
	"time"

	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/process/projector"
)

// Config is everything that can be set, from the environment.
type Config struct {
	DatabaseURL         string        `envconfig:"DATABASE_URL" url:"true" required:"true" example:"postgres://user:password@localhost:5432/pgcqrs" desc:"The database with the log and the read tables: the primary."`
	ListenDatabaseURL   string        `envconfig:"LISTEN_DATABASE_URL" url:"true" desc:"Where to LISTEN: the same database, reached directly and not through a pooler in transaction mode, which swallows notifications. Empty: DATABASE_URL."`
	ProjectorAddr       string        `envconfig:"PROJECTOR_ADDR" default:"127.0.0.1:8081" desc:"Address of the projector's /healthz, /readyz and /metrics, host:port."`
	NATSURL             string        `envconfig:"NATS_URL" url:"true" desc:"The broker that the outbox goes to. Empty: the relay waits and the outbox keeps the messages." example:"nats://localhost:4222"`
	NATSReplicas        int           `envconfig:"NATS_REPLICAS" default:"0" min:"0" desc:"How many replicas the broker's stream must have at least. With fewer nothing is published, and /readyz says no. 0: 3 on a cluster, 1 on a single server."`
	NATSMonitors        string        `envconfig:"NATS_MONITOR_URLS" url:"true" desc:"Monitoring URLs of all of the broker's servers, separated by commas, to see whether they sync what they acknowledge (sync_interval: always). While one says that it does not, nothing is published. Empty: not looked at." example:"http://nats-1:8222,http://nats-2:8222"`
	MessageSource       string        `envconfig:"MESSAGE_SOURCE" default:"/pgcqrs" desc:"The CloudEvents source of every message: a URI reference that names this service."`
	OutboxAttempts      int           `envconfig:"OUTBOX_ATTEMPTS" default:"10" min:"1" desc:"How often the broker may refuse a message before it is set aside, with its stream's later ones. A broker that is away refuses nothing."`
	PollInterval        time.Duration `envconfig:"POLL_INTERVAL" default:"1s" min:"10ms" desc:"How often to look for new events and messages when no notification comes."`
	StuckAfter          time.Duration `envconfig:"STUCK_AFTER" default:"10s" min:"1s" desc:"How long a projection may stand still with events waiting before /readyz says no."`
	ReconcileInterval   time.Duration `envconfig:"RECONCILE_INTERVAL" default:"1h" min:"1s" desc:"How often to compare what the projections were given with the log."`
	ChainInterval       time.Duration `envconfig:"CHAIN_INTERVAL" default:"1s" min:"0s" desc:"How often the chain gets a link over what has come, and so how long an event is without one. 0: no chain."`
	ChainVerifyInterval time.Duration `envconfig:"CHAIN_VERIFY_INTERVAL" default:"10s" min:"0s" desc:"How often the next part of the log, some 10,000 events, is compared with its chain, in each projector; after the end it begins again. 0: never."`
	SnapshotEvery       int           `envconfig:"SNAPSHOT_EVERY" default:"1000" min:"0" desc:"After how many more events of a stream its state is kept again, so that a command need not load all of them; at least 1,000. 0: never."`
	SnapshotKey         string        `envconfig:"SNAPSHOT_KEY" desc:"Secret that snapshots are authenticated by, at least 32 bytes, the same for the API: what somebody else has written under the projector's login is not taken. Empty: none are taken, and the API reads long streams from their beginning."`
	ProjectionBatch     int           `envconfig:"PROJECTION_BATCH" default:"500" min:"1" desc:"Most events that a projection applies in one transaction."`
	UnsafeDatabase      string        `envconfig:"UNSAFE_DATABASE" default:"refuse" oneof:"refuse,accept" desc:"accept: start on a database whose fsync or full_page_writes is off, where a crash loses what was acknowledged. For tests. Readiness and database_setting_unsafe go on saying so."`
	process.Log
	probe.Debug
	process.Shutdown
}

// process is what the engine's process is given of it.
func (c Config) process() projector.Config {
	return projector.Config{
		DatabaseURL:         c.DatabaseURL,
		ListenDatabaseURL:   c.ListenDatabaseURL,
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
		Log:                 c.Log,
		Debug:               c.Debug,
		Shutdown:            c.Shutdown,
	}
}
