package eventlog

import (
	"cmp"
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

// Config has the settings of a Store. If a number or a duration is 0, its default is used.
type Config struct {
	Decode     event.Decode    // decodes stored data into events; required to load and read
	MessageOf  event.MessageOf // makes the outbox message of an event; nil: no event has a message
	Encrypt    event.Encrypt   // encrypts personal data; nil: events with personal data can't be appended
	MaxQueue   int             // largest number of queued appends; further appends fail with event.ErrOverloaded (default 4096)
	MaxBatch   int             // largest number of chains of appends in one transaction, called a flight (default 256)
	MaxBytes   int             // largest number of bytes of event data in one flight, except for a single larger append (default 256 KiB)
	FlightFor  time.Duration   // time limit of a flight, including its waits for the append lock and for a standby (default 10 s)
	SettleFor  time.Duration   // time limit for finding out whether an append with a lost answer was committed (default 10 s)
	Aside      int             // number of connections of the pool that reads of the log never take, because other code may use these connections for long
	ForQueries bool            // if true, loaded events serve queries only and not decisions, so Load does not wait for a required standby
	Logger     *slog.Logger    // logs a message when the event log went back to an earlier state; nil: no message
	Registerer prometheus.Registerer
}

// Store appends events to the log and reads the log. Appends are sent only while Run runs.
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

// New returns a Store that uses a pool of connections to the primary. Other code may also use the
// pool.
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
			Encoder: encode.New(config.MessageOf, config.Encrypt, reads), Deliverer: deliverer, History: history, Reads: reads, Hints: hints,
		}),
	}
}

func (c Config) withDefaults() Config {
	c.MaxQueue = cmp.Or(c.MaxQueue, 4096)
	c.MaxBatch = cmp.Or(c.MaxBatch, 256)
	c.MaxBytes = cmp.Or(c.MaxBytes, 256<<10)
	c.FlightFor = cmp.Or(c.FlightFor, 10*time.Second)
	c.SettleFor = cmp.Or(c.SettleFor, 10*time.Second)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}
