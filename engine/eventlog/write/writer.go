package write

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/eventlog/delivery"
	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/notify"
)

// Config has the bounds and the parts of a Writer. Every field is required.
type Config struct {
	MaxQueue int // largest number of appends that wait for a flight; further appends fail with event.ErrOverloaded
	MaxBatch int // largest number of appends in one flight
	MaxBytes int // largest number of bytes of event data in one flight, except for a single larger append

	Encoder   *encode.Encoder     // turns appends into rows
	Deliverer *delivery.Deliverer // sends a batch, and answers each append
	History   *epoch.History      // knows whether the log has changed
	Hints     *notify.Hints       // sends hints while the Writer runs

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
