package notify

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/pg/retry"
)

// Listener tells its subscribers that the log may have grown. It is a hint, and often the fastest
// one; a subscriber must poll all the same.
type Listener struct {
	config      *pgx.ConnConfig
	logger      *slog.Logger
	mu          sync.Mutex
	subscribers []chan struct{}
	connected   prometheus.Gauge
	heard       prometheus.Counter
}

// Times of the LISTEN connection.
const (
	pingEvery   = 15 * time.Second // after this long without a notification, check the connection
	pingTimeout = 5 * time.Second
	minBackoff  = 100 * time.Millisecond
	maxBackoff  = 5 * time.Second
)

// NewListener returns a Listener. The connection must reach the primary directly: a pooler in
// transaction mode swallows LISTEN without an error.
func NewListener(config *pgx.ConnConfig, logger *slog.Logger, registerer prometheus.Registerer) *Listener {
	auto := promauto.With(registerer)
	return &Listener{
		config: config,
		logger: logger,
		connected: auto.NewGauge(prometheus.GaugeOpts{
			Name: "eventstore_listener_connected", Help: "1 while the LISTEN connection is up.",
		}),
		heard: auto.NewCounter(prometheus.CounterOpts{
			Name: "eventstore_notifications_total", Help: "Notifications received. If it does not grow while the log does, a pooler is in between.",
		}),
	}
}

// Subscribe returns a channel that gets a value when there may be something to read: after a
// notification, and after every (re)connection. Hints that the subscriber has not taken become one.
func (l *Listener) Subscribe() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	wake := make(chan struct{}, 1)
	l.subscribers = append(l.subscribers, wake)
	return wake
}

// Run listens until ctx ends, and reconnects for ever with backoff.
func (l *Listener) Run(ctx context.Context) error {
	return retry.Backoff{Least: minBackoff, Most: maxBackoff}.Repeat(ctx, func(ctx context.Context) (stood bool, err error) {
		started := time.Now()
		err = l.listen(ctx)
		l.connected.Set(0)
		return time.Since(started) > pingEvery, err
	}, func(err error, retryIn time.Duration) error {
		l.logger.WarnContext(ctx, "listening failed, the poll goes on", "error", err, "retry_in", retryIn)
		return nil
	})
}

// listen listens on one connection. It never opens a transaction: a listener inside one stops the
// server from discarding notifications, until no session can send any.
func (l *Listener) listen(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, l.config.Copy())
	if err != nil {
		return fmt.Errorf("connect to listen: %w", err)
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingTimeout)
		defer cancel()
		_ = conn.Close(closing)
	}()
	if err := begin(ctx, conn); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	l.connected.Set(1)
	for {
		l.wake() // also right after connecting: events before LISTEN were never announced
		if err := l.wait(ctx, conn); err != nil {
			return err
		}
		l.heard.Inc()
	}
}

func begin(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	_, err := conn.Exec(ctx, "LISTEN "+Channel)
	return err
}

// wait returns at the next notification. A half-open connection does not answer a ping.
func (l *Listener) wait(ctx context.Context, conn *pgx.Conn) error {
	for {
		waiting, cancel := context.WithTimeout(ctx, pingEvery)
		_, err := conn.WaitForNotification(waiting)
		quiet := waiting.Err() != nil && ctx.Err() == nil
		cancel()
		if err == nil {
			return nil
		}
		if !quiet {
			return fmt.Errorf("wait for notification: %w", err)
		}
		pinging, cancel := context.WithTimeout(ctx, pingTimeout)
		err = conn.Ping(pinging)
		cancel()
		if err != nil {
			return fmt.Errorf("ping listening connection: %w", err)
		}
	}
}

func (l *Listener) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, subscriber := range l.subscribers {
		select {
		case subscriber <- struct{}{}:
		default:
		}
	}
}
