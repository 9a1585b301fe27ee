package chain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// roundFor limits the time in which the Linker adds one link, because a dead database connection
// may give no error.
const roundFor = 30 * time.Second

var (
	// ErrLost says that the log lacks the last event that the chain of hashes covers. Either the log
	// went back to an earlier state and the chain did not, or somebody has changed the event. A
	// changed event has another hash.
	ErrLost = errors.New("the last event that was linked is not in the log")

	// ErrGone says that somebody has deleted the chain of hashes. The Linker does not make a new
	// chain over the existing events, because these events may have been changed.
	ErrGone = errors.New("all links are gone")
)

// Linker adds links to the chain of hashes for new events in the log. If several processes run a
// Linker, only one of them adds links at a time.
type Linker struct {
	service   string
	pool      *pgxpool.Pool
	store     *eventlog.Store
	every     time.Duration
	logger    *slog.Logger
	known     int64 // position of the last link that this process has read or written
	held      prometheus.Gauge
	position  prometheus.Gauge
	lastRound prometheus.Gauge
}

// NewLinker returns a Linker. The parameter every is the interval at which the Linker adds links
// for new events. The service's name is part of each hash.
func NewLinker(service string, pool *pgxpool.Pool, store *eventlog.Store, every time.Duration, logger *slog.Logger, registerer prometheus.Registerer) *Linker {
	metrics := promauto.With(registerer)
	return &Linker{
		service: service, pool: pool, store: store, every: every, logger: logger,
		held:      metrics.NewGauge(prometheus.GaugeOpts{Name: "chain_held", Help: "1 while this process is the one that adds links to the chain."}),
		position:  metrics.NewGauge(prometheus.GaugeOpts{Name: "chain_position", Help: "Position of the last event that a link covers, as the process that adds links knows it."}),
		lastRound: metrics.NewGauge(prometheus.GaugeOpts{Name: "chain_last_round_timestamp_seconds", Help: "When this process last covered the whole log with links; 0: never."}),
	}
}

// Lock is the name of the session lock that a Linker takes before it adds links.
const Lock = "chain linker"

// Run adds links until ctx ends. After an error, Run tries again.
func (l *Linker) Run(ctx context.Context) error {
	failed := func(err error, retryIn time.Duration) {
		l.logger.WarnContext(ctx, "linker interrupted", "error", err, "retry_seconds", retryIn.Seconds())
	}
	lock.HoldAgain(ctx, l.pool, Lock, failed, func(ctx context.Context, conn *pgx.Conn) error {
		l.held.Set(1)
		defer l.held.Set(0)
		return l.extend(ctx, conn)
	})
	return nil
}

func (l *Linker) extend(ctx context.Context, conn *pgx.Conn) error {
	last, err := Newest(ctx, conn)
	if err != nil {
		return err
	}
	if last.Position == 0 && l.known > 0 {
		return fmt.Errorf("%w: this process knew one at position %d; where that is right, because the log is a new one, restart it", ErrGone, l.known)
	}
	for ctx.Err() == nil {
		next, more, err := l.round(ctx, conn, last)
		if err != nil {
			return err
		}
		l.known = next.Position
		l.position.Set(float64(next.Position))
		if last = next; more {
			continue
		}
		l.lastRound.SetToCurrentTime()
		select {
		case <-ctx.Done():
		case <-time.After(l.every):
		}
	}
	return ctx.Err()
}

// round adds a link for the events after the given link, and returns the new link. If the log has
// no new event, round returns the given link. A link covers a limited number of events and bytes;
// if the result more is true, the log may have further events. Because the column previous of the
// table chain_links is UNIQUE, only one Linker can add a link after the given link; the INSERT of
// another Linker fails.
func (l *Linker) round(ctx context.Context, conn *pgx.Conn, last Link) (_ Link, more bool, err error) {
	const sql = `INSERT INTO chain_links (position, previous, hash, digests) VALUES ($1, $2, $3, $4)`
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	digests, more, err := l.follow(ctx, conn, last)
	if err != nil || len(digests) == 0 {
		return last, false, err
	}
	next, err := last.Next(l.service, digests)
	if err != nil {
		return last, false, err
	}
	if _, err := conn.Exec(ctx, sql, next.Position, next.Previous, next.Hash, next.Digests); err != nil {
		return last, false, fmt.Errorf("write link: %w", err)
	}
	return next, more, nil
}

// follow returns the digests of the events after the given link. follow also reads the last event
// that the given link covers. If the log has another event or no event at that position, follow
// fails with ErrLost. In this case the log went back to an earlier state or was changed.
func (l *Linker) follow(ctx context.Context, conn *pgx.Conn, last Link) (digests []event.Digest, more bool, err error) {
	if last.Position == 0 {
		return l.store.DigestsOn(ctx, conn, 0, MostEvents)
	}
	digests, more, err = l.store.DigestsOn(ctx, conn, last.Position-1, MostEvents+1)
	if err != nil {
		return nil, false, err
	}
	if len(digests) == 0 || digests[0].Position != last.Position || !bytes.HasSuffix(last.Digests, digests[0].Sum[:Shown]) {
		return nil, false, fmt.Errorf("%w: see ops chain verify, from position %d on", ErrLost, last.Position)
	}
	if len(digests) == 1 && more { // this event alone reaches the limit of bytes of one read
		return l.store.DigestsOn(ctx, conn, last.Position, MostEvents)
	}
	return digests[1:], more, nil
}
