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
	Servers string        // the servers' URLs, separated by commas
	Name    string        // name of the client
	Timeout time.Duration // longest wait for an acknowledgement
	Logger  *slog.Logger
}

// Connection is a connection to the broker, with the JetStream client and the Denials of this
// connection.
type Connection struct {
	Conn    *nats.Conn
	JS      jetstream.JetStream
	Denials *Denials
}

// Link is the connection to the broker. If the NATS client library closes the connection for good,
// Attend makes a new one.
type Link struct {
	config Config
	closed chan struct{} // receives a value when the client has closed a connection for good

	mu      sync.Mutex
	current *Connection // the connection in use; Attend replaces it if the client has closed it for good
	broker  presence    // state of the broker that was logged last
}

// Open returns a Link that connects to the broker. If the broker can't be reached now, the Link
// tries again in the background until Close is called.
func Open(config Config) (*Link, error) {
	l := &Link{config: config, closed: make(chan struct{}, 1)}
	first, err := l.connect()
	if err != nil {
		return nil, err
	}
	l.current = first
	return l, nil
}

// Close ends the connection. The caller must not call Attend afterwards.
func (l *Link) Close() { l.Current().Conn.Close() }

// Closed returns a channel that receives a value when the NATS client library has closed a
// connection for good. The caller must then call Attend, which makes a new connection.
func (l *Link) Closed() <-chan struct{} { return l.closed }

// presence is a state of the broker. The constants are in order from the best state to the worst. A
// state is logged if it is worse than the state that was logged last, or if the broker can be
// reached again.
type presence int

const (
	present presence = iota
	away
	refusing // the broker answers, but refuses the credentials or one more client
)

func (p presence) String() string {
	return [...]string{"broker is back", "broker is away", "broker refuses the connection"}[p]
}

// connect returns a connection. Until Close is called, the NATS client library tries to establish
// the connection. It also tries again after the broker has refused the credentials, because the
// broker may accept them later.
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
			if !connection.IsClosed() { // the broker, and not Close, has ended the connection
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
	if _, ok := errors.AsType[*url.Error](err); ok { // the text of a *url.Error may contain part of the password
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

// Attend does nothing if the connection works. Otherwise Attend logs the reason that the broker has
// given, if any. After most errors that a broker sends, the NATS client library closes the
// connection for good; then Attend makes a new connection.
func (l *Link) Attend(ctx context.Context) error {
	old := l.Current().Conn
	if old.IsConnected() {
		return nil
	}
	if err := old.LastError(); err != nil {
		l.see(presenceOf(err), err)
	}
	if !old.IsClosed() {
		return nil // the client itself tries to connect again
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

// presenceOf returns the state away if an error says that the broker can't be reached. If the
// broker has answered, presenceOf returns the state refusing.
func presenceOf(err error) presence {
	if _, ok := errors.AsType[net.Error](err); ok || errors.Is(err, io.EOF) {
		return away
	}
	return refusing
}

// see logs the broker's state if it is worse than the state that was logged last, or if the broker
// can be reached again. Otherwise see logs nothing.
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
