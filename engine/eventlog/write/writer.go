package write

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/eventlog/confirm"
	"example.com/pgcqrs/engine/eventlog/delivery"
	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/notify"
)

// Config has the limits of a Writer and the components that it uses. Every field is required.
type Config struct {
	MaxQueue int // largest number of queued appends; further appends fail with event.ErrOverloaded
	MaxBatch int // largest number of chains of appends in one transaction, called a flight
	MaxBytes int // largest number of bytes of event data in one flight, except for a single larger append

	Encoder   *encode.Encoder     // turns appends into rows
	Deliverer *delivery.Deliverer // sends a batch, and answers each append
	History   *epoch.History      // knows whether the log went back to an earlier state
	Reads     *confirm.Reads      // waits for a required standby before an append is refused because of another person's event
	Hints     *notify.Hints       // sends notifications of new events while the Writer runs

	Registerer prometheus.Registerer
}

// Writer appends to the log. Appends are sent only while Run runs.
type Writer struct {
	config  Config
	queue   chan *delivery.Pending
	batches chan func()   // deliveries for the goroutines of Run
	closed  chan struct{} // closed when Run has ended; nothing is sent after that
}

// New returns a Writer.
func New(config Config) *Writer {
	queue := make(chan *delivery.Pending, config.MaxQueue)
	promauto.With(config.Registerer).NewGaugeFunc(prometheus.GaugeOpts{
		Name: "eventstore_queue_appends", Help: "Appends waiting for a flight.",
	}, func() float64 { return float64(len(queue)) })
	return &Writer{config: config, queue: queue, batches: make(chan func()), closed: make(chan struct{})}
}
