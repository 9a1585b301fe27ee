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

// Config has the time limits of a Deliverer and the components that it uses. Every field is
// required.
type Config struct {
	FlightFor time.Duration // time limit of one flight
	SettleFor time.Duration // time limit for finding out whether an append with a lost answer was committed

	Sender   *flight.Sender // sends flights
	History  *epoch.History // knows which epoch and which events the log must have for a flight to be valid
	Reads    *confirm.Reads // learns up to which position the log is replicated
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

// CountOverloaded counts, in the metrics, an append that was refused because the queue of appends
// was full.
func (d *Deliverer) CountOverloaded() { d.metrics.appends.WithLabelValues("overloaded").Inc() }
