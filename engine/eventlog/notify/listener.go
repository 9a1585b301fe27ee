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

// Listener tells its subscribers that the log may have new events. Notifications usually arrive
// sooner than the next poll, but can be lost, so a subscriber must also poll the log.
type Listener struct {
	config      *pgx.ConnConfig
	logger      *slog.Logger
	mu          sync.Mutex
	subscribers []chan struct{}
	connected   prometheus.Gauge
	heard       prometheus.Counter
}

// Times for the connection that runs LISTEN.
const (
	pingEvery   = 15 * time.Second // time without a notification after which wait pings the connection
	pingTimeout = 5 * time.Second
	minBackoff  = 100 * time.Millisecond
	maxBackoff  = 5 * time.Second
)

// NewListener returns a Listener that connects as config says. The connection must reach the
// primary without a pooler in transaction mode: with such a pooler, LISTEN has no effect and
// returns no error.
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

// Subscribe returns a channel that receives a value when the log may have new events: after a
// notification, and after each connect or reconnect. Values that the subscriber has not received
// yet are merged into one value.
func (l *Listener) Subscribe() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	wake := make(chan struct{}, 1)
	l.subscribers = append(l.subscribers, wake)
	return wake
}

// Run listens until ctx ends. When the connection fails, Run waits for a backoff time and
// reconnects, as often as necessary.
func (l *Listener) Run(ctx context.Context) error {
	return retry.Backoff{Least: minBackoff, Most: maxBackoff}.Repeat(ctx, func(ctx context.Context) (stood bool, err error) {
		started := time.Now()
		err = l.listen(ctx)
		l.connected.Set(0)
		return time.Since(started) > pingEvery, err
	}, func(err error, retryIn time.Duration) error {
		l.logger.WarnContext(ctx, "listening failed, the poll goes on", "error", err, "retry_seconds", retryIn.Seconds())
		return nil
	})
}

// listen listens on one connection. listen never opens a transaction on this connection: while a
// listening session has an open transaction, the server can't remove notifications from the
// notification queue. When the queue is full, no session can send a notification.
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
		l.wake() // also after connecting, because events that were appended before LISTEN were not announced to this connection
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

// wait waits for the next notification. If the connection fails, wait returns an error. If no
// notification arrives for some time, wait pings the connection, because the client notices a
// half-open connection only by using it.
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
