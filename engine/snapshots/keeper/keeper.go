package keeper

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/snapshots"
)

// Log reads events for a Keeper; eventlog.Store implements Log.
type Log interface {
	LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error
}

// Least is the smallest allowed value for the number of events between two snapshots of a stream.
const Least = 1000

// MostBytes is the largest size of an encoded state, in bytes; a larger state is not stored.
const MostBytes = 64 << 10

// Times and limits of a Keeper.
const (
	window   = 10_000          // number of positions that are searched at a time
	step     = 10_000          // largest number of events that one step reads
	stepFor  = 2 * time.Second // time limit of a step: less than lock.StallAfter, because the lock's connection sends nothing during a step
	interval = time.Second
	roundFor = 30 * time.Second // time limit of a query, because a dead connection may give no error

	mostUnfit = 10_000 // largest number of streams in the field unfit
)

// Lock is the name of the session lock that a Keeper takes before it works.
const Lock = "snapshots"

// Keeper takes snapshots. If several processes run a Keeper, only one of them works at a time.
type Keeper struct {
	rows       snapshots.Reader
	key        snapshots.Key
	logger     *slog.Logger
	pool       *pgxpool.Pool
	log        Log
	every      int64
	aggregates map[string]snapshots.Aggregate
	madeBy     []byte
	unfit      map[uuid.UUID]int64 // for each stream, the version at which no snapshot could be taken
	held       prometheus.Gauge
	position   prometheus.Gauge
	last       prometheus.Gauge
	taken      prometheus.Counter
	failed     prometheus.Counter
}

// New returns a Keeper. The Keeper takes a snapshot of a stream whenever the stream has grown by
// the number of events in the parameter every, which must be at least Least. The Keeper
// authenticates each snapshot with the key. If the key is nil, the Keeper takes no snapshots.
func New(pool *pgxpool.Pool, log Log, every int, key snapshots.Key, logger *slog.Logger, registerer prometheus.Registerer, aggregates ...snapshots.Aggregate) *Keeper {
	metrics := promauto.With(registerer)
	k := &Keeper{
		rows: snapshots.NewReader(key, logger, registerer), key: key, logger: logger, pool: pool, log: log, every: int64(max(every, Least)), aggregates: make(map[string]snapshots.Aggregate), unfit: make(map[uuid.UUID]int64),
		held:     metrics.NewGauge(prometheus.GaugeOpts{Name: "snapshots_held", Help: "1 while this process takes snapshots."}),
		position: metrics.NewGauge(prometheus.GaugeOpts{Name: "snapshots_position", Help: "Position up to which this process has looked for long streams."}),
		last:     metrics.NewGauge(prometheus.GaugeOpts{Name: "snapshots_last_round_timestamp_seconds", Help: "When this process last looked for long streams and had no error."}),
		taken:    metrics.NewCounter(prometheus.CounterOpts{Name: "snapshots_taken_total", Help: "Snapshots that were taken."}),
		failed:   metrics.NewCounter(prometheus.CounterOpts{Name: "snapshots_failed_total", Help: "Streams of which no snapshot could be taken: they are read from an older one on, or from their beginning."}),
	}
	var shapes [][]byte
	for _, aggregate := range aggregates {
		if aggregate.Shape() == nil {
			logger.Warn("no snapshots are taken: the state has fields that are not exported, or that could be anything", "stream_type", aggregate.StreamType())
			continue
		}
		k.aggregates[aggregate.StreamType()] = aggregate
		shapes = append(shapes, aggregate.Shape())
	}
	k.madeBy = madeBy(key, shapes)
	return k
}

// madeBy returns a hash of the key and of all state types. If this hash changes, all snapshots must
// be taken again.
func madeBy(key snapshots.Key, shapes [][]byte) []byte {
	sum := hmac.New(sha256.New, key)
	fmt.Fprintf(sum, "snapshots 1 %x", shapes)
	return sum.Sum(nil)
}
