package httpapi

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/internal/auth"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/read/trail"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/customer"
)

// Options are what the API is made of. The functions and queries are required.
type Options struct {
	Accounts   func(ctx context.Context, id uuid.UUID, command account.Command, r write.Request) (write.Result, error)
	Customers  func(ctx context.Context, id uuid.UUID, command customer.Command, r write.Request) (write.Result, error)
	Balances   Balances
	Statements Statements
	History    History

	// Wait returns nil once the read model is at the position, ctx's error when
	// time is up. The read models are "balances", "statements" and, for the log
	// itself, "events".
	Wait func(ctx context.Context, readModel string, position int64) error

	// Trail answers who did what.
	Trail Trail

	// People answers who the customers are, and Keys opens what they are sealed with.
	People      People
	Keys        Keys
	CustomerLog CustomerLog

	// Check says who calls. It is required, as auth.Anybody where everybody may do
	// everything.
	Check auth.Check

	Limits Limits

	// Probes says that /readyz and /metrics are served here, too, for all to see.
	Probes bool

	// Ready returns nil when the process can take requests. The text of its error
	// is shown to whoever asks: it names what is not ready and nothing else.
	Ready func(ctx context.Context) error

	Metrics   *prometheus.Registry // nil: one of its own
	Logger    *slog.Logger         // nil: slog.Default()
	AccessLog bool                 // a line per request

	MaxCommands    int           // commands that may run or wait at once, the next is answered 503; 0: 1024
	MaxQueries     int           // queries, the same; 0: 768
	CommandTimeout time.Duration // how long a command may take; 0: 10 s
	QueryTimeout   time.Duration // how long a query may take after Min-Position's wait; 0: 10 s
}

// Limits say how much one client may send to this process.
type Limits struct {
	Subject        int            // requests a second of one subject, and twice as many at once; 0: any number
	Address        int            // the same of one address, before its token is looked at
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
}

// Balances answers what the accounts are. Get's error is events.ErrStreamNotFound
// for an account that it does not know or that is not the subject's.
type Balances interface {
	Get(ctx context.Context, subject string, id uuid.UUID) (account balances.Account, position int64, err error)
	List(ctx context.Context, filter balances.Filter) (accounts []balances.Account, next *balances.Cursor, position int64, err error)
}

// Statements answers what has moved on an account.
type Statements interface {
	Lines(ctx context.Context, subject string, accountID uuid.UUID, afterVersion int64, limit int) (lines []statements.Line, more bool, position int64, err error)
}

// History answers what has happened to an account, and what it was then.
type History interface {
	Events(ctx context.Context, subject string, id uuid.UUID, afterVersion int64, limit int, until history.Until) (items []events.Recorded, more bool, position int64, err error)
	State(ctx context.Context, subject string, id uuid.UUID, until history.Until) (history.Account, error)
}

// People answers who the customers are, with what is personal sealed. Get's error is
// events.ErrStreamNotFound for a customer that it does not know or that is not the subject's.
type People interface {
	Get(ctx context.Context, subject string, id uuid.UUID) (customer customers.Customer, position int64, err error)
	Some(ctx context.Context, subject string, ids []uuid.UUID) (found []customers.Customer, position int64, err error)
}

// CustomerLog is the log itself; eventstore.Store is one.
type CustomerLog interface {
	Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) ([]events.Recorded, error)
}

// Keys open what is sealed; privacy.Keys are some.
type Keys interface {
	Reveal(ctx context.Context, person uuid.UUID, streamType string, streamID uuid.UUID, field events.Field, sealed events.Personal) (string, error)
	Find(ctx context.Context, field, text string) ([]uuid.UUID, error)
	Forget(person uuid.UUID)
}

// Trail answers who did what, from the log.
type Trail interface {
	Entries(ctx context.Context, filter trail.Filter) (entries []events.Recorded, next, position int64, err error)
}

func (o Options) withDefaults() Options {
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.MaxCommands == 0 {
		o.MaxCommands = 1024
	}
	if o.MaxQueries == 0 {
		o.MaxQueries = 768
	}
	if o.CommandTimeout == 0 {
		o.CommandTimeout = 10 * time.Second
	}
	if o.QueryTimeout == 0 {
		o.QueryTimeout = 10 * time.Second
	}
	return o
}
