package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// reconnectWait is the pause between two attempts to connect.
const reconnectWait = 500 * time.Millisecond

// natsLink is a connection to the broker, with what belongs to it.
type natsLink struct {
	connection *nats.Conn
	js         jetstream.JetStream
	denials    *denials
}

// presence is what the log says of the broker, from good to bad. A worse one is logged once,
// until the broker is back.
type presence int

const (
	present presence = iota
	away
	refusing // it is there, and says no: to the credentials, or to one client more
)

func (p presence) String() string {
	return [...]string{"broker is back", "broker is away", "broker refuses the connection"}[p]
}

// connect makes a connection, which is there now or when the broker is. The client tries for
// ever, even where the broker refuses its credentials: they may be right again in a moment.
func (n *NATS) connect() (*natsLink, error) {
	denials := newDenials()
	back := func(*nats.Conn) { n.see(present, nil) }
	connection, err := nats.Connect(n.config.Servers,
		nats.Name(n.config.Service+"-relay"),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.IgnoreAuthErrorAbort(),
		nats.ReconnectWait(reconnectWait),
		nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(connection *nats.Conn, err error) {
			if !connection.IsClosed() { // not by us
				n.see(away, err)
			}
		}),
		nats.ConnectHandler(back),
		nats.ReconnectHandler(back),
		nats.ClosedHandler(func(*nats.Conn) {
			select {
			case n.closed <- struct{}{}:
			default:
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrPermissionViolation) {
				denials.deny(err)
			}
		}),
	)
	if _, ok := errors.AsType[*url.Error](err); ok { // its text quotes what may be a part of the password
		err = errors.New("it must look like nats://user:password@host:4222, with commas between several, and special characters of the password percent-encoded")
	}
	if err != nil {
		return nil, fmt.Errorf("NATS_URL: connect to NATS: %w", err)
	}
	js, err := jetstream.New(connection, jetstream.WithPublishAsyncTimeout(n.config.Timeout))
	if err != nil {
		connection.Close()
		return nil, fmt.Errorf("use JetStream: %w", err)
	}
	return &natsLink{connection, js, denials}, nil
}

// current returns the connection in use.
func (n *NATS) current() *natsLink {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.link
}

// attend logs why there is no connection, if the broker has said it, and makes a new one where the
// client has closed it for good, as it does after most errors that a broker sends.
func (n *NATS) attend(ctx context.Context) error {
	old := n.current().connection
	if old.IsConnected() {
		return nil
	}
	if err := old.LastError(); err != nil {
		n.see(presenceOf(err), err)
	}
	if !old.IsClosed() {
		return nil // the client goes on trying
	}
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(reconnectWait):
	}
	fresh, err := n.connect()
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.link = fresh
	return nil
}

// presenceOf tells a broker that has answered from a network that has not.
func presenceOf(err error) presence {
	if _, ok := errors.AsType[net.Error](err); ok || errors.Is(err, io.EOF) {
		return away
	}
	return refusing
}

// see logs what has become of the broker if that is worse than before, or if it is back.
func (n *NATS) see(now presence, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case now == present && n.broker != present:
		n.config.Logger.Info(now.String())
	case now > n.broker:
		n.config.Logger.Warn(now.String(), "error", err)
	default:
		return
	}
	n.broker = now
}
