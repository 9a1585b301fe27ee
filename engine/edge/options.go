package edge

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/contract"
	"example.com/pgcqrs/engine/edge/epoch"
	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/waiting"
	"example.com/pgcqrs/engine/event"
)

// Options has everything that a service hands to its stack. Contract, Scopes, Wait, Check and Ready
// are required.
type Options struct {
	// Contract is what requests are checked against, and what is served at /openapi.yaml.
	Contract *contract.Contract

	// Scopes are the scopes that an operation of the contract may require.
	Scopes []string

	// Problems has the rows of the service's own errors.
	Problems problem.Table

	// Decode decodes the service's events, in which the feed looks for personal data.
	Decode event.Decode

	// Wait returns nil once the named read model is at the position, ctx's error when time is up,
	// and event.ErrBeyondLog at once if the position can't be reached in that time. The log itself
	// has the name "events".
	Wait waiting.Wait

	// Epochs finds out the log's epoch. Without it no answer names an epoch.
	Epochs epoch.Epochs

	// Check authenticates callers. It is required; where everybody may do everything, it is
	// auth.Anybody.
	Check auth.Check

	// Issuer is the URL of the OpenID Connect issuer that the served contract names; "": the
	// contract names an example.
	Issuer string

	// FingerprintKey is the key of the HMACs of requests under an Idempotency-Key: secret, and the
	// same in every process that shares a log.
	FingerprintKey []byte

	Limits admission.Limits

	// Probes says that /readyz and /metrics are served here, too, open to everybody.
	Probes bool

	// WithoutDocs says that neither the docs page nor the contract is served.
	WithoutDocs bool

	// Ready returns nil when the process can take requests. The text of its error is shown to
	// everybody: it names what is not ready and nothing else.
	Ready func(ctx context.Context) error

	// Accepted names the deviations that the last call of Ready found and that are accepted; "":
	// none. If it is nil, none is ever accepted.
	Accepted func() string

	Metrics   *prometheus.Registry // nil: a new registry
	Logger    *slog.Logger         // nil: slog.Default()
	AccessLog bool                 // a line per request

	MaxCommands    int           // commands that may run at once; four times as many may wait; 0: 256
	MaxQueries     int           // queries that may run at once; half as many may wait; 0: 512
	MaxQueueTime   time.Duration // how long a request may wait under overload; else six times as long; 0: 200 ms
	Live           live.Bounds   // of answers that go on
	MaxWaits       int           // reads that may wait at once, which take no query's place meanwhile; 0: 1024
	CommandTimeout time.Duration // how long a command may take once it has its place; 0: 10 s
	QueryTimeout   time.Duration // how long a query may take once it has its place and has waited for Min-Position; 0: 10 s
}

func (o Options) withDefaults() Options {
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.MaxCommands == 0 {
		o.MaxCommands = 256
	}
	if o.MaxQueries == 0 {
		o.MaxQueries = 512
	}
	if o.MaxQueueTime == 0 {
		o.MaxQueueTime = 200 * time.Millisecond
	}
	if o.MaxWaits == 0 {
		o.MaxWaits = 1024
	}
	if o.CommandTimeout == 0 {
		o.CommandTimeout = 10 * time.Second
	}
	if o.QueryTimeout == 0 {
		o.QueryTimeout = 10 * time.Second
	}
	o.Epochs = o.Epochs.WithDefaults()
	return o
}

// isProbe reports whether this process answers the path however busy it is.
func (o Options) isProbe(path string) bool {
	return path == "/healthz" || o.Probes && (path == "/readyz" || path == "/metrics")
}
