package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/erasure"
	"example.com/pgcqrs/engine/personal/readable"
	"example.com/pgcqrs/engine/pg/settings"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/door"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/process/telemetry"
)

// Config has the values that the service passes, and the settings from the environment. The comment
// of a setting names its environment variable in capitals.
type Config struct {
	Service  string                    // name of the service, also in application_name of its database sessions
	Decode   event.Decode              // decodes the service's events
	Erasing  []string                  // event types of the service that erase a person
	Versions func() map[string][]int64 // versions of the schema that the program needs, by the table that lists them
	Objects  settings.Objects          // database objects that must exist
	Wire     func(on *Opened) Domain   // joins the service's handlers to the log
	Export   telemetry.Open            // exports traces; nil: the program has no exporter

	DatabaseURL     string        // DATABASE_URL: the primary
	ReadDatabaseURL string        // READ_DATABASE_URL: database that queries read; "": DatabaseURL
	OpsAddr         string        // API_OPS_ADDR: address of the probes
	Door            door.Config   // access to the API, and API_ADDR
	KeyURI          string        // KEY_URI; "": no personal data
	WriteConns      int32         // WRITE_CONNECTIONS
	ReadConns       int32         // READ_CONNECTIONS
	CommandTimeout  time.Duration // COMMAND_TIMEOUT
	QueryTimeout    time.Duration // QUERY_TIMEOUT
	IdempotencyKeep time.Duration // IDEMPOTENCY_KEEP: how long the answer to an idempotency key is stored
	KeepStates      int           // KEEP_STATES: how many streams of each kind are cached; 0: none
	SnapshotKey     string        // SNAPSHOT_KEY; "": no snapshots
	MaxConnections  int           // MAX_CONNECTIONS: limit on connections of clients
	IdleTimeout     time.Duration // IDLE_TIMEOUT: how long a client's connection may be idle
	MaxCommands     int           // MAX_COMMANDS: limit on commands that run at the same time
	MaxQueries      int           // MAX_QUERIES: limit on queries that run at the same time
	MaxQueueTime    time.Duration // MAX_QUEUE_TIME: how long a request may wait for a free request slot
	MaxWaits        int           // MAX_WAITS: limit on requests that wait for a position or an epoch at the same time
	Live            live.Bounds   // FEED_CONNECTIONS, FEED_CONNECTIONS_SUBJECT, FEED_CONNECTIONS_ADDRESS, FEED_WRITE_TIMEOUT
	Docs            bool          // DOCS_PAGE
	AccessLog       bool          // ACCESS_LOG: whether requests are logged
	OnlyFailures    bool          // ACCESS_LOG: only requests that failed are logged
	HashSubjects    bool          // LOG_SUBJECT: lines have a hash of the subject instead of the subject
	UnsafeDatabase  bool          // UNSAFE_DATABASE: accepts a database that may lose acknowledged writes
	Traces          telemetry.Traces
	Log             process.Log
	Repeats         process.Repeats
	Debug           probe.Debug
	Shutdown        process.Shutdown
}

// mostWaits is longer than all waits of a request before its command or query begins: in the queue
// for at most 12 s, and for a position for at most 30 s.
const mostWaits = 50 * time.Second

// writeTimeout returns how long a request may take until its answer is sent. The answer to a request
// that used all its time limits must still be sent.
func (c Config) writeTimeout() time.Duration {
	return mostWaits + max(c.CommandTimeout, c.QueryTimeout)
}

// Domain has the parts of the service that Config.Wire has connected to the log.
type Domain struct {
	Aggregates []command.Any                                          // every command.Handler of the service
	Handler    func(edge edge.Options) (http.Handler, error)          // builds the API behind the edge
	Beside     []func(ctx context.Context, logger *slog.Logger) error // functions that run beside the API until ctx ends
}

// Opened has connection pools and logs: for the database of commands, and for the database of
// queries. Config.Wire connects the service to these logs.
type Opened struct {
	Writes  *pgxpool.Pool   // connections to the database to which commands write
	Reads   *pgxpool.Pool   // connections to the database from which queries read
	Store   *eventlog.Store // the log that commands append to
	Archive *eventlog.Store // the log that queries read
	Keys    *personal.Keys  // keys of personal data
	Feed    *feed.Feed      // the log's events as they happen

	Registry prometheus.Registerer // metrics of the process
	Logger   *slog.Logger

	returned *erasure.Returned // finds keys that a restore has brought back, of people who were erased
	readable *readable.Monitor // finds stored keys that no wrapping key decrypts
	config   Config
}
