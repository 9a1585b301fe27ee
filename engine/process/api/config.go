package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

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
)

// Config has what the service passes, and the settings from the environment. The comments name
// their variables in capitals, as errors do.
type Config struct {
	Service  string                    // name, also of sessions
	Decode   event.Decode              // of the service's events
	Erasing  []string                  // types of its events that erase a person
	Versions func() map[string][]int64 // of the schema, by the table that lists them
	Objects  settings.Objects          // of the schema that must be there
	Wire     func(on *Opened) Domain   // joins the service to the log

	DatabaseURL     string        // DATABASE_URL: the primary
	ReadDatabaseURL string        // READ_DATABASE_URL: what queries read; "": DatabaseURL
	OpsAddr         string        // API_OPS_ADDR, of the probes
	Door            door.Config   // who gets in, and API_ADDR
	KeyURI          string        // KEY_URI; "": no personal data
	WriteConns      int32         // WRITE_CONNECTIONS
	ReadConns       int32         // READ_CONNECTIONS
	CommandTimeout  time.Duration // COMMAND_TIMEOUT
	QueryTimeout    time.Duration // QUERY_TIMEOUT
	IdempotencyKeep time.Duration // IDEMPOTENCY_KEEP: how long the answer to a key is kept
	KeepStates      int           // KEEP_STATES: of streams, of each kind; 0: none
	SnapshotKey     string        // SNAPSHOT_KEY; "": no snapshots
	MaxConnections  int           // MAX_CONNECTIONS, of clients
	IdleTimeout     time.Duration // IDLE_TIMEOUT, of their connections
	MaxCommands     int           // MAX_COMMANDS: at once
	MaxQueries      int           // MAX_QUERIES: at once
	MaxQueueTime    time.Duration // MAX_QUEUE_TIME: the wait for one's turn
	MaxWaits        int           // MAX_WAITS: for a position or an epoch, at once
	Live            live.Bounds   // FEED_CONNECTIONS and so on
	Docs            bool          // DOCS_PAGE
	AccessLog       bool          // ACCESS_LOG
	UnsafeDatabase  bool          // whether UNSAFE_DATABASE accepts a database that may lose what was acknowledged
	Log             process.Log
	Debug           probe.Debug
	Shutdown        process.Shutdown
}

// Domain is the service, joined to the log.
type Domain struct {
	Aggregates []command.Any                                          // every Handler
	Handler    func(edge edge.Options) (http.Handler, error)          // makes the API behind the edge
	Beside     []func(ctx context.Context, logger *slog.Logger) error // functions that run beside it until ctx ends
}

// Opened has the open databases to which the service is joined.
type Opened struct {
	Writes  *pgxpool.Pool   // to which commands write
	Reads   *pgxpool.Pool   // from which queries read
	Store   *eventlog.Store // the log
	Archive *eventlog.Store // the log that queries read
	Keys    *personal.Keys  // of personal data
	Feed    *feed.Feed      // the log's events as they happen

	returned *erasure.Returned // finds keys of people who were erased
	readable *readable.Monitor // finds keys that no key decrypts
	config   Config
}
