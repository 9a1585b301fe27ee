package seal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventstore"
)

const (
	mostEvents = 10_000           // under one seal
	roundFor   = 30 * time.Second // bounds a round: a connection may have died unheard
	shown      = 8                // bytes of a digest that a seal keeps, to say where the log differs
)

var (
	// ErrHole says that the log has a position without an event.
	ErrHole = errors.New("the log has a hole")

	// ErrLost says that the log does not have the event that was sealed last: it went back
	// without its seals, or somebody has changed it.
	ErrLost = errors.New("the last event that was sealed is not in the log")

	// ErrGone says that there was a chain, and that there is none any more. It is not made anew over
	// whatever the log holds now.
	ErrGone = errors.New("all seals are gone")
)

// Seal is a row of seals: it covers the events after Previous, up to Position.
type Seal struct {
	Position int64
	Previous int64
	Hash     []byte
	Digests  []byte
}

// next is the seal of a service after this one, over the digests of the events that follow.
func (s Seal) next(service string, digests []event.Digest) (Seal, error) {
	following := Seal{Previous: s.Position, Position: s.Position + int64(len(digests))}
	chain := sha256.New()
	chain.Write([]byte(service + " seal 1\n"))
	chain.Write(s.Hash)
	for i, digest := range digests {
		if digest.Position != s.Position+int64(i)+1 {
			return Seal{}, fmt.Errorf("%w: position %d follows %d", ErrHole, digest.Position, s.Position+int64(i))
		}
		chain.Write(digest.Sum[:])
		following.Digests = append(following.Digests, digest.Sum[:shown]...)
	}
	following.Hash = chain.Sum(nil)
	return following, nil
}

// Sealer seals the log. Of several in several processes one works.
type Sealer struct {
	service   string
	pool      *pgxpool.Pool
	store     *eventstore.Store
	every     time.Duration
	logger    *slog.Logger
	known     int64 // position of the last seal that this process has read or written
	held      prometheus.Gauge
	position  prometheus.Gauge
	lastRound prometheus.Gauge
}

// NewSealer makes a Sealer that seals what has come since the last time. every is how
// often, and so how long an event is without a seal. The service's name is in each hash.
func NewSealer(service string, pool *pgxpool.Pool, store *eventstore.Store, every time.Duration, logger *slog.Logger, registerer prometheus.Registerer) *Sealer {
	metrics := promauto.With(registerer)
	return &Sealer{
		service: service, pool: pool, store: store, every: every, logger: logger,
		held:      metrics.NewGauge(prometheus.GaugeOpts{Name: "seal_held", Help: "1 while this process seals the log."}),
		position:  metrics.NewGauge(prometheus.GaugeOpts{Name: "seal_position", Help: "Last position that is sealed, as the process that seals knows it."}),
		lastRound: metrics.NewGauge(prometheus.GaugeOpts{Name: "seal_last_round_timestamp_seconds", Help: "When this process has last sealed all there was; 0: never."}),
	}
}

// Lock is held by the sealer that works.
const Lock = "sealer"

// Run seals until ctx ends. Whatever fails is tried again.
func (s *Sealer) Run(ctx context.Context) error {
	failed := func(err error, retryIn time.Duration) {
		s.logger.WarnContext(ctx, "sealer interrupted", "error", err, "retry_in", retryIn)
	}
	database.HoldAgain(ctx, s.pool, Lock, failed, func(ctx context.Context, conn *pgx.Conn) error {
		s.held.Set(1)
		defer s.held.Set(0)
		return s.seal(ctx, conn)
	})
	return nil
}

func (s *Sealer) seal(ctx context.Context, conn *pgx.Conn) error {
	last, err := newest(ctx, conn)
	if err != nil {
		return err
	}
	if last.Position == 0 && s.known > 0 {
		return fmt.Errorf("%w: this process knew one at position %d; where that is right, because the log is a new one, restart it", ErrGone, s.known)
	}
	for ctx.Err() == nil {
		next, more, err := s.round(ctx, conn, last)
		if err != nil {
			return err
		}
		s.known = next.Position
		s.position.Set(float64(next.Position))
		if last = next; more {
			continue
		}
		s.lastRound.SetToCurrentTime()
		select {
		case <-ctx.Done():
		case <-time.After(s.every):
		}
	}
	return ctx.Err()
}

// round seals what has come since a seal, and returns the last seal then. more says that there are
// other events, perhaps: a seal covers a bounded number, and a bounded number of bytes. The table's
// constraints let one sealer alone go on from there.
func (s *Sealer) round(ctx context.Context, conn *pgx.Conn, last Seal) (_ Seal, more bool, err error) {
	const sql = `INSERT INTO seals (position, previous, hash, digests) VALUES ($1, $2, $3, $4)`
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	digests, more, err := s.follow(ctx, conn, last)
	if err != nil || len(digests) == 0 {
		return last, false, err
	}
	next, err := last.next(s.service, digests)
	if err != nil {
		return last, false, err
	}
	if _, err := conn.Exec(ctx, sql, next.Position, next.Previous, next.Hash, next.Digests); err != nil {
		return last, false, fmt.Errorf("write seal: %w", err)
	}
	return next, more, nil
}

// follow returns the digests of the events after a seal. It reads the last event under the
// seal again: a log that went back without its seals has another one there, or none.
func (s *Sealer) follow(ctx context.Context, conn *pgx.Conn, last Seal) (digests []event.Digest, more bool, err error) {
	if last.Position == 0 {
		return s.store.DigestsOn(ctx, conn, 0, mostEvents)
	}
	digests, more, err = s.store.DigestsOn(ctx, conn, last.Position-1, mostEvents+1)
	if err != nil {
		return nil, false, err
	}
	if len(digests) == 0 || digests[0].Position != last.Position || !bytes.HasSuffix(last.Digests, digests[0].Sum[:shown]) {
		return nil, false, fmt.Errorf("%w: see ops chain verify, from position %d on", ErrLost, last.Position)
	}
	if len(digests) == 1 && more { // it alone has as many bytes as are read at a time
		return s.store.DigestsOn(ctx, conn, last.Position, mostEvents)
	}
	return digests[1:], more, nil
}

// Sealed returns the position of the last event that is sealed, 0 if none is.
func Sealed(ctx context.Context, on eventstore.Querier) (position int64, err error) {
	last, err := newest(ctx, on)
	return last.Position, err
}

// newest is the last seal, or the zero Seal, which the first one follows.
func newest(ctx context.Context, on eventstore.Querier) (Seal, error) {
	found, err := seals(ctx, on, `ORDER BY position DESC LIMIT 1`)
	if err != nil || len(found) == 0 {
		return Seal{}, err
	}
	return found[0], nil
}

func seals(ctx context.Context, on eventstore.Querier, which string, args ...any) ([]Seal, error) {
	rows, err := on.Query(ctx, `SELECT position, previous, hash, digests FROM seals `+which, args...)
	if err != nil {
		return nil, fmt.Errorf("read seals: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Seal])
	if err != nil {
		return nil, fmt.Errorf("read seals: %w", err)
	}
	return found, nil
}
