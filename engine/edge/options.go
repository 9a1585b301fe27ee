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
)

// Options are what the stack is made of. Contract, Scopes, Wait, Check and Ready are required.
type Options struct {
	// Contract is what requests are held to, and what is served at /openapi.yaml.
	Contract *contract.Contract

	// Scopes are those that an operation of the contract may ask for.
	Scopes []string

	// Problems are the rows of the service's own errors.
	Problems problem.Table

	// Wait returns nil once the read model is at the position, ctx's error when
	// time is up, and event.ErrBeyondLog at once where that is certain. The read models go by their names, and the log itself by "events".
	Wait waiting.Wait

	// Epochs tell the log's epoch. Without them no answer does.
	Epochs epoch.Epochs

	// Check says who calls. It is required, as auth.Anybody where everybody may do
	// everything.
	Check auth.Check

	// Issuer is the URL of the OpenID Connect issuer that the served contract names; "": the
	// contract names an example.
	Issuer string

	// FingerprintKey is that of the HMACs of requests under an Idempotency-Key: secret, and the
	// same in every process that shares a log.
	FingerprintKey []byte

	Limits admission.Limits

	// Probes says that /readyz and /metrics are served here, too, for all to see.
	Probes bool

	// WithoutDocs says that neither the docs page nor the contract is served.
	WithoutDocs bool

	// Ready returns nil when the process can take requests. The text of its error
	// is shown to whoever asks: it names what is not ready and nothing else.
	Ready func(ctx context.Context) error

	// Accepted names what was not as it must be when Ready was called last, and is accepted;
	// "" is nothing. nil: nothing ever is.
	Accepted func() string

	Metrics   *prometheus.Registry // nil: one of its own
	Logger    *slog.Logger         // nil: slog.Default()
	AccessLog bool                 // a line per request

	MaxCommands    int           // commands that may run at once, and four times as many wait; 0: 256
	MaxQueries     int           // queries that may run at once, and half as many wait; 0: 512
	MaxQueueTime   time.Duration // how long one may wait while more comes in than can be done; else six times as long; 0: 200 ms
	Live           live.Bounds   // of answers that go on
	MaxWaits       int           // reads that may wait at once, which are no queries meanwhile; 0: 1024
	CommandTimeout time.Duration // how long a command may take, from its turn on; 0: 10 s
	QueryTimeout   time.Duration // how long a query may take, from its turn on and after Min-Position's wait; 0: 10 s
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

// isProbe says whether a path is one that is answered here however busy the process is.
func (o Options) isProbe(path string) bool {
	return path == "/healthz" || o.Probes && (path == "/readyz" || path == "/metrics")
}
