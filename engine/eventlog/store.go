package eventlog

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/confirm"
	"example.com/pgcqrs/engine/eventlog/delivery"
	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/flight"
	"example.com/pgcqrs/engine/eventlog/idempotency"
	"example.com/pgcqrs/engine/eventlog/load"
	"example.com/pgcqrs/engine/eventlog/notify"
	"example.com/pgcqrs/engine/eventlog/read"
	"example.com/pgcqrs/engine/eventlog/ready"
	"example.com/pgcqrs/engine/eventlog/write"
)

// Config has the settings of a Store. The zero value of a number stands for its default.
type Config struct {
	Decode     event.Decode    // decodes stored data into events; required to load and read
	MessageOf  event.MessageOf // nil: nothing goes to the outbox
	Encrypt    event.Encrypt   // encrypts personal data; nil: events with personal data can't be appended
	MaxQueue   int             // appends that may wait for a flight before ErrOverloaded (default 4096)
	MaxBatch   int             // appends in one flight (default 256)
	MaxBytes   int             // bytes of event data in one flight, unless a single append holds more (default 256 KiB)
	FlightFor  time.Duration   // how long a flight may take, including its wait for the lock and for a standby (default 10 s)
	SettleFor  time.Duration   // how long to find out the outcome of an append that is not known (default 10 s)
	Aside      int             // connections of the pool that others may use for long: no read of the log takes those
	ForQueries bool            // no command is decided on what is loaded: Load does not wait for a required standby
	Logger     *slog.Logger    // for the message that the log went back; nil: no message
	Registerer prometheus.Registerer
}

// Store appends to the log and reads it. Appends need a running Run.
type Store struct {
	reads    *confirm.Reads
	history  *epoch.History
	reader   *read.Reader
	loader   *load.Loader
	follower *load.Follower
	keys     *idempotency.Keys
	ready    *ready.Appends
	hints    *notify.Hints
	writer   *write.Writer
}

// New returns a Store on a pool of connections to the primary, which may be shared.
func New(pool *pgxpool.Pool, config Config) *Store {
	config = config.withDefaults()
	reads := confirm.New(pool, confirm.Config{Aside: config.Aside, Within: config.FlightFor, ForQueries: config.ForQueries})
	history := epoch.New(pool, epoch.Config{ForQueries: config.ForQueries, Logger: config.Logger, Registerer: config.Registerer})
	history.OnLogChange(reads.ForgetReplicated)
	reader := read.New(pool, reads, config.Registerer)
	follower := load.NewFollower(reader, reads, history, config.Decode)
	sender := flight.New(pool, config.FlightFor)
	try := func(ctx context.Context) error { return sender.Try(ctx, history.BasisOfRead()) }
	appends := ready.New(pool, try, config.Registerer)
	hints := notify.NewHints(pool, reads, config.Registerer)
	deliverer := delivery.New(delivery.Config{
		FlightFor: config.FlightFor, SettleFor: config.SettleFor, Registerer: config.Registerer,
		Sender: sender, History: history, Reads: reads, Follower: follower, Hints: hints, Ready: appends,
	})
	return &Store{
		reads:    reads,
		history:  history,
		reader:   reader,
		loader:   load.New(reader, reads, history, config.Decode),
		follower: follower,
		keys:     idempotency.New(pool, reads),
		ready:    appends,
		hints:    hints,
		writer: write.New(write.Config{
			MaxQueue: config.MaxQueue, MaxBatch: config.MaxBatch, MaxBytes: config.MaxBytes, Registerer: config.Registerer,
			Encoder: encode.New(config.MessageOf, config.Encrypt, reads), Deliverer: deliverer, History: history, Hints: hints,
		}),
	}
}

func (c Config) withDefaults() Config {
	c.MaxQueue = orDefault(c.MaxQueue, 4096)
	c.MaxBatch = orDefault(c.MaxBatch, 256)
	c.MaxBytes = orDefault(c.MaxBytes, 256<<10)
	c.FlightFor = orDefault(c.FlightFor, 10*time.Second)
	c.SettleFor = orDefault(c.SettleFor, 10*time.Second)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func orDefault[N int | time.Duration](value, fallback N) N {
	if value == 0 {
		return fallback
	}
	return value
}
