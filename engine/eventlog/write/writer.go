package write

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/eventlog/confirm"
	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/flight"
	"example.com/pgcqrs/engine/eventlog/load"
	"example.com/pgcqrs/engine/eventlog/notify"
	"example.com/pgcqrs/engine/eventlog/ready"
)

// Config of a Writer: its bounds, and what it works with. All of it is required.
type Config struct {
	MaxQueue  int           // appends that may wait for a flight before event.ErrOverloaded
	MaxBatch  int           // appends in one flight
	MaxBytes  int           // bytes of event data in one flight, unless a single append holds more
	FlightFor time.Duration // how long a flight may take
	SettleFor time.Duration // how long an append whose outcome is unknown is asked after

	Encoder  *encode.Encoder // makes rows of appends
	Sender   *flight.Sender  // sends them
	History  *epoch.History  // knows what a flight rests on
	Reads    *confirm.Reads  // hears what is replicated
	Follower *load.Follower  // hears what others have appended
	Hints    *notify.Hints   // tell listeners
	Ready    *ready.Appends  // hears of each flight

	Registerer prometheus.Registerer
}

// Writer appends to the log. Appends need a running Run.
type Writer struct {
	config  Config
	metrics *metrics
	queue   chan *pending
	batches chan func()   // to the goroutines that send them
	closed  chan struct{} // closed when Run has ended: nobody will fly any more
}

// New makes a Writer.
func New(config Config) *Writer {
	queue := make(chan *pending, config.MaxQueue)
	return &Writer{
		config:  config,
		metrics: newMetrics(config.Registerer, queue),
		queue:   queue,
		batches: make(chan func()),
		closed:  make(chan struct{}),
	}
}
