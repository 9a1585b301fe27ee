package epoch

import (
	"context"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/pg/gather"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// New returns a History. The History knows nothing about the log until Look is called.
func New(pool *pgxpool.Pool, config Config) *History {
	h := &History{pool: pool, config: config, changed: promauto.With(config.Registerer).NewCounter(prometheus.CounterOpts{
		Name: "eventstore_log_changes_total", Help: "Times that this process found that the log went back or that its epoch was changed.",
	})}
	h.fresh = gather.New(h.readEpochs)
	return h
}

// lookEvery is the interval at which Watch calls Look.
const lookEvery = 2 * time.Second

// Watch calls Look every two seconds until ctx ends. A process that appends nothing thus also
// notices when the log went back to an earlier state.
func (h *History) Watch(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		_ = h.Look(ctx) // the readiness check reports the error: it fails while the last event of the log is not known
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// ReadEpoch reads the current epoch of the log. An epoch is the name of one history of the log.
// Concurrent calls share one query.
func (h *History) ReadEpoch(ctx context.Context) (uuid.UUID, error) {
	return h.fresh.Get(ctx, struct{}{})
}

func (h *History) readEpochs(ctx context.Context, _ []struct{}) (map[struct{}]uuid.UUID, error) {
	if err := h.Look(ctx); err != nil {
		return nil, err
	}
	return map[struct{}]uuid.UUID{{}: h.Epoch()}, nil
}

// NewEpoch begins a new epoch of the log and returns it. NewEpoch is for an operator who knows that
// the log went back to an earlier state.
func (h *History) NewEpoch(ctx context.Context) (uuid.UUID, error) {
	now, _, err := h.readHead(ctx, nil)
	if err == nil {
		now, err = h.beginEpoch(ctx, &Basis{}, now)
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("begin an epoch of the log: %w", err)
	}
	return now.Epoch, nil
}
