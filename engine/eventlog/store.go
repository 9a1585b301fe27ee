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

// Config has the settings of a Store. A number that is 0 stands for its default.
type Config struct {
	Decode     event.Decode    // decodes stored data into events; required to load and read
	MessageOf  event.MessageOf // makes the message of an event for the outbox; nil: no event has a message
	Encrypt    event.Encrypt   // encrypts personal data; nil: events with personal data can't be appended
	MaxQueue   int             // largest number of appends that wait for a flight; further appends fail with event.ErrOverloaded (default 4096)
	MaxBatch   int             // largest number of appends in one flight (default 256)
	MaxBytes   int             // largest number of bytes of event data in one flight, except for a single larger append (default 256 KiB)
	FlightFor  time.Duration   // time limit of a flight, including its wait for the lock and for a standby (default 10 s)
	SettleFor  time.Duration   // time limit for finding out the unknown outcome of an append (default 10 s)
	Aside      int             // connections of the pool that no read of the log takes, because other code may use them for long
	ForQueries bool            // if true, no command is decided on loaded events, and Load does not wait for a required standby
	Logger     *slog.Logger    // logs a message when the event log went back to an earlier state; nil: no message
	Registerer prometheus.Registerer
}

// Store appends to the log and reads it. Appends are sent only while Run runs.
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

// New returns a Store on a pool of connections to the primary. Other code may use the pool, too.
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
