package write

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/eventlog/delivery"
	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/notify"
)

// Config has a Writer's bounds and parts. All of it is required.
type Config struct {
	MaxQueue int // appends that may wait for a flight before event.ErrOverloaded
	MaxBatch int // appends in one flight
	MaxBytes int // bytes of event data in one flight, unless a single append holds more

	Encoder   *encode.Encoder     // makes rows of appends
	Deliverer *delivery.Deliverer // sends a batch, and answers each append
	History   *epoch.History      // knows whether the log has changed
	Hints     *notify.Hints       // are sent while the Writer runs

	Registerer prometheus.Registerer
}

// Writer appends to the log. Appends need a running Run.
type Writer struct {
	config  Config
	queue   chan *delivery.Pending
	batches chan func()   // to the goroutines that deliver them
	closed  chan struct{} // closed when Run has ended: nothing is sent any more
}

// New returns a Writer.
func New(config Config) *Writer {
	queue := make(chan *delivery.Pending, config.MaxQueue)
	promauto.With(config.Registerer).NewGaugeFunc(prometheus.GaugeOpts{
		Name: "eventstore_queue_appends", Help: "Appends waiting for a flight.",
	}, func() float64 { return float64(len(queue)) })
	return &Writer{config: config, queue: queue, batches: make(chan func()), closed: make(chan struct{})}
}
