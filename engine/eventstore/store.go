package eventstore

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// Config of a Store. The zero value of a number stands for its default.
type Config struct {
	Decode     event.Decode    // required to load and read; turns stored data into events
	MessageOf  event.MessageOf // nil: nothing goes to the outbox
	Seal       event.Seal      // seals personal data; nil: events that have any can't be appended
	MaxQueue   int             // appends that may wait for a flight before ErrOverloaded (default 4096)
	MaxBatch   int             // appends in one flight (default 256)
	MaxBytes   int             // bytes of event data in one flight, unless a single append holds more (default 256 KiB)
	FlightFor  time.Duration   // how long a flight may take, its wait for the lock and for a standby included (default 10 s)
	SettleFor  time.Duration   // how long an append whose outcome is unknown is asked after (default 10 s)
	Aside      int             // connections of the pool that others may hold for long: no read of the log takes those
	ForQueries bool            // no command is decided on what is loaded: Load does not wait for a required standby
	Logger     *slog.Logger    // says that the log went back; nil: nobody hears of it
	Registerer prometheus.Registerer
}

// Store appends to the log and reads it. Appends need a running Run.
type Store struct {
	pool       *pgxpool.Pool
	config     Config
	metrics    *metrics
	queue      chan *pending
	first      *database.Gather[start, []event.Recorded] // events of streams that are loaded
	seen       atomic.Int64                              // the log's head, as a flight left it
	replicated atomic.Int64                              // every required standby has the log up to here, at least
	gaps       chan gap                                  // what others appended meanwhile
	epochs     epochs                                    // what is known of the log's history
	hints      *hints
	flights    chan func()   // to the goroutines that fly them
	reads      chan struct{} // as many as may use the pool beside the committer
	closed     chan struct{} // closed when Run has ended: nobody will fly any more
	health     health
	forgetting forgetting
}

// health is what Ready remembers.
type health struct {
	failure atomic.Pointer[error] // of the last flight, if the next one fails for the same reason
	mu      sync.Mutex
	held    map[holder]time.Time // who held locks that appends need at the last look, and since when
	stands  standstill
}

// New makes a Store on a pool of connections to the primary, which may be shared.
func New(pool *pgxpool.Pool, config Config) *Store {
	config.MaxQueue = orDefault(config.MaxQueue, 4096)
	config.MaxBatch = orDefault(config.MaxBatch, 256)
	config.MaxBytes = orDefault(config.MaxBytes, 256<<10)
	config.FlightFor = orDefault(config.FlightFor, 10*time.Second)
	config.SettleFor = orDefault(config.SettleFor, 10*time.Second)
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	queue := make(chan *pending, config.MaxQueue)
	s := &Store{
		pool:    pool,
		config:  config,
		metrics: newMetrics(config.Registerer, queue),
		queue:   queue,
		gaps:    make(chan gap, 16),
		hints:   newHints(),
		flights: make(chan func()),
		reads:   make(chan struct{}, max(1, int(pool.Config().MaxConns)-1-config.Aside)),
		closed:  make(chan struct{}),
	}
	s.replicated.Store(startReplicated(config))
	s.first = database.NewGather(s.readFirst)
	s.epochs.fresh = database.NewGather(s.readEpochs)
	return s
}

func orDefault[N int | time.Duration](value, fallback N) N {
	if value == 0 {
		return fallback
	}
	return value
}
