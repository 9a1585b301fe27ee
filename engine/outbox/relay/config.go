package relay

import (
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/outbox"
)

// Config has the settings of a Relay. The zero value of a number stands for its default.
type Config struct {
	Publish    outbox.Publish  // required, to Run
	Wake       <-chan struct{} // hints that there may be messages; nil: only poll
	Poll       time.Duration   // looks for messages at least this often (default 1 s)
	MaxBatch   int             // messages read at once (default 500)
	MaxBackoff time.Duration   // longest backoff before a message is sent again (default 30 s)
	ReadFor    time.Duration   // bounds a read of the outbox; one that takes longer is tried again in smaller steps (default 30 s)
	Attempts   int             // refusals after which a message is set aside (default 10)
	Logger     *slog.Logger    // required
	Registerer prometheus.Registerer
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
