package delivery

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/eventlog/confirm"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/flight"
	"example.com/pgcqrs/engine/eventlog/load"
	"example.com/pgcqrs/engine/eventlog/notify"
	"example.com/pgcqrs/engine/eventlog/ready"
)

// Config has a Deliverer's bounds and parts. All of it is required.
type Config struct {
	FlightFor time.Duration // how long a flight may take
	SettleFor time.Duration // how long to find out the outcome of an append that is not known

	Sender   *flight.Sender // sends flights
	History  *epoch.History // knows what a flight rests on
	Reads    *confirm.Reads // learns what is replicated
	Follower *load.Follower // learns what other processes have appended
	Hints    *notify.Hints  // wakes listeners
	Ready    *ready.Appends // learns the outcome of each flight

	Registerer prometheus.Registerer
}

// Deliverer delivers batches of appends.
type Deliverer struct {
	config  Config
	metrics *metrics
}

// New returns a Deliverer.
func New(config Config) *Deliverer {
	return &Deliverer{config: config, metrics: newMetrics(config.Registerer)}
}

// CountOverloaded counts an append that was refused because too many wait.
func (d *Deliverer) CountOverloaded() { d.metrics.appends.WithLabelValues("overloaded").Inc() }
