package relay

import (
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/tracing"
)

// Config has the settings of a Relay. A field that is 0 gets its default.
type Config struct {
	Publish    outbox.Publish  // sends messages to the broker; required by Run
	Wake       <-chan struct{} // receives hints that there may be new messages; nil: only poll
	Poll       time.Duration   // longest pause between two reads of the outbox (default 1 s)
	MaxBatch   int             // how many new messages one read returns (default 500)
	MaxBackoff time.Duration   // longest backoff before a message is sent again (default 30 s)
	ReadFor    time.Duration   // time limit of a read of the outbox; a read that takes longer is repeated in smaller steps (default 30 s)
	Attempts   int             // number of refusals after which a message is set aside (default 10)
	Logger     *slog.Logger    // required
	Registerer prometheus.Registerer
	Tracer     *tracing.Tracer // nil: the publishing is not traced
}

// withDefaults returns the configuration with its defaults.
func (config Config) withDefaults() Config {
	if config.Poll == 0 {
		config.Poll = time.Second
	}
	if config.MaxBatch == 0 {
		config.MaxBatch = 500
	}
	if config.MaxBackoff == 0 {
		config.MaxBackoff = 30 * time.Second
	}
	if config.ReadFor == 0 {
		config.ReadFor = 30 * time.Second
	}
	if config.Attempts == 0 {
		config.Attempts = 10
	}
	return config
}
