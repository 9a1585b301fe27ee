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
	"example.com/pgcqrs/engine/tracing"
)

// Options has everything that a service sets for its stack of HTTP handlers. Contract, Scopes,
// Wait, Check and Ready are required.
type Options struct {
	// Contract is the OpenAPI document with which requests are compared. The stack serves Contract
	// at /openapi.yaml.
	Contract *contract.Contract

	// Scopes lists the scopes that an operation of the contract may require.
	Scopes []string

	// Problems says how the service answers its own errors: the table has a row for each error.
	Problems problem.Table

	// Decode decodes the service's events. The feed sends events to clients, and uses Decode to
	// find the personal data in an event.
	Decode event.Decode

	// Wait waits until the named read model has reached the position, and then returns nil. If ctx
	// ends first, Wait returns ctx's error. If the position can't be reached before ctx's deadline,
	// Wait returns event.ErrBeyondLog immediately. The name "events" stands for the log itself.
	Wait waiting.Wait

	// Epochs has the functions that return the epoch of the log. If the functions are not set, no
	// answer names an epoch.
	Epochs epoch.Epochs

	// Check authenticates callers. If callers need no token, set Check to auth.Anybody.
	Check auth.Check

	// Issuer is the URL of the OpenID Connect issuer that the served contract names. If Issuer
	// is "", the contract names an example issuer.
	Issuer string

	// FingerprintKey is the key of the HMAC that is computed over a request with an
	// Idempotency-Key. The key must be secret, and the same in all processes that use the same
	// log.
	FingerprintKey []byte

	Limits admission.Limits

	// Probes says whether this API also serves /readyz and /metrics, for which a client needs no
	// token.
	Probes bool

	// WithoutDocs turns off the routes of the docs page and of the contract.
	WithoutDocs bool

	// Ready returns nil if the process can handle requests. Otherwise Ready returns an error.
	// Anybody can read the text of the error, so the text must only say what is not ready.
	Ready func(ctx context.Context) error

	// Accepted returns the unsafe database settings that the last call of Ready found and the
	// operator has accepted, or "". If Accepted is nil, no unsafe setting is accepted.
	Accepted func() string

	Metrics *prometheus.Registry // nil: a new registry
	Logger  *slog.Logger         // nil: slog.Default()
	Tracer  *tracing.Tracer      // starts the spans of requests; nil: requests are not traced

	// AccessLog says whether each request gets a line in the access log. With OnlyFailures, only a
	// request that was answered 400 or higher, or whose answer broke off, gets a line.
	AccessLog, OnlyFailures bool

	// LogSubject returns what log lines have as subject_hash instead of the caller's subject. If
	// LogSubject is nil, the lines have the subject.
	LogSubject func(subject string) string

	Live           live.Bounds   // limits of streaming answers
	MaxCommands    int           // how many commands may run at the same time; four times as many may wait; 0: 256
	MaxQueries     int           // how many queries may run at the same time; half as many may wait; 0: 512
	MaxQueueTime   time.Duration // how long a request may wait for a slot under overload; without overload it may wait six times as long; 0: 200 ms
	MaxWaits       int           // how many reads may wait for a position at the same time; a waiting read has no slot; 0: 1024
	CommandTimeout time.Duration // how long a command may take after it got its slot; 0: 10 s
	QueryTimeout   time.Duration // how long a query may take after it got its slot and has waited for Min-Position; 0: 10 s
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

// isProbe reports whether a path is the path of a probe, such as /healthz. Requests to probes are
// not limited.
func (o Options) isProbe(path string) bool {
	return path == "/healthz" || o.Probes && (path == "/readyz" || path == "/metrics")
}
