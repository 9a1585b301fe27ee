package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// reconnectWait is the pause between two attempts to connect.
const reconnectWait = 500 * time.Millisecond

// Config says to which broker a Link connects.
type Config struct {
	Servers string        // URLs, separated by commas
	Name    string        // of the client
	Timeout time.Duration // longest wait for an acknowledgement
	Logger  *slog.Logger
}

// Connection is a connection to the broker, with its parts.
type Connection struct {
	Conn    *nats.Conn
	JS      jetstream.JetStream
	Denials *Denials
}

// Link connects to the broker, by one connection after another.
type Link struct {
	config Config
	closed chan struct{} // gets a value when a connection was closed for good

	mu      sync.Mutex
	current *Connection // Attend replaces it if it is closed for good
	broker  presence    // as last logged
}

// Open connects to the broker now or, if it is away, as soon as it is back; it never gives up.
func Open(config Config) (*Link, error) {
	l := &Link{config: config, closed: make(chan struct{}, 1)}
	first, err := l.connect()
	if err != nil {
		return nil, err
	}
	l.current = first
	return l, nil
}

// Close ends the connection. It is called once Attend is not called any more.
func (l *Link) Close() { l.Current().Conn.Close() }

// Closed returns a channel that gets a value when a connection was closed for good: Attend then
// makes another.
func (l *Link) Closed() <-chan struct{} { return l.closed }

// presence is the state of the broker that was logged, from good to bad. A worse one is logged
// once, until the broker is back.
type presence int

const (
	present presence = iota
	away
	refusing // it answers, but refuses the credentials or one more client
)

func (p presence) String() string {
	return [...]string{"broker is back", "broker is away", "broker refuses the connection"}[p]
}

// connect makes a connection, which is established now or as soon as the broker is there. The
// client retries for ever, even if the broker refuses its credentials, which may be right again a
// moment later.
func (l *Link) connect() (*Connection, error) {
	denials := newDenials()
	back := func(*nats.Conn) { l.see(present, nil) }
	connection, err := nats.Connect(l.config.Servers,
		nats.Name(l.config.Name),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.IgnoreAuthErrorAbort(),
		nats.ReconnectWait(reconnectWait),
		nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(connection *nats.Conn, err error) {
			if !connection.IsClosed() { // closed by the broker and not by Close
				l.see(away, err)
			}
		}),
		nats.ConnectHandler(back),
		nats.ReconnectHandler(back),
		nats.ClosedHandler(func(*nats.Conn) {
			select {
			case l.closed <- struct{}{}:
			default:
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrPermissionViolation) {
				denials.deny(err)
			}
		}),
	)
	if _, ok := errors.AsType[*url.Error](err); ok { // its text may quote part of the password
		err = errors.New("it must look like nats://user:password@host:4222, with commas between several, and special characters of the password percent-encoded")
	}
	if err != nil {
		return nil, fmt.Errorf("NATS_URL: connect to NATS: %w", err)
	}
	js, err := jetstream.New(connection, jetstream.WithPublishAsyncTimeout(l.config.Timeout))
	if err != nil {
		connection.Close()
		return nil, fmt.Errorf("use JetStream: %w", err)
	}
	return &Connection{connection, js, denials}, nil
}

// Current returns the connection in use.
func (l *Link) Current() *Connection {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.current
}

// Attend logs why there is no connection, if the broker has given a reason, and makes a new one if
// the client has closed it for good, as it does after most errors that a broker sends.
func (l *Link) Attend(ctx context.Context) error {
	old := l.Current().Conn
	if old.IsConnected() {
		return nil
	}
	if err := old.LastError(); err != nil {
		l.see(presenceOf(err), err)
	}
	if !old.IsClosed() {
		return nil // the client goes on trying
	}
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(reconnectWait):
	}
	fresh, err := l.connect()
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current = fresh
	return nil
}

// presenceOf distinguishes a broker that has answered from one that can't be reached.
func presenceOf(err error) presence {
	if _, ok := errors.AsType[net.Error](err); ok || errors.Is(err, io.EOF) {
		return away
	}
	return refusing
}

// see logs the broker's state if it is worse than before, or if the broker is back.
func (l *Link) see(now presence, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case now == present && l.broker != present:
		l.config.Logger.Info(now.String())
	case now > l.broker:
		l.config.Logger.Warn(now.String(), "error", err)
	default:
		return
	}
	l.broker = now
}
