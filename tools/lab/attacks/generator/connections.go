//go:build linux

package generator

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/time/rate"

	"example.com/pgcqrs/tools/lab/attacks/traffic"
)

// The constant Connections is the number of connections that most attacks keep open. If the service
// closes a connection, the generator opens a new one. After the first connections, the generator
// opens on average at most 205 new connections a second (the constant reconnections). This rate is
// high enough for an attack that opens connections and sends incomplete headers.
const (
	Connections   = 1100
	reconnections = 205
)

// Connect keeps count connections open, from several local addresses. On each connection, Connect
// calls the function talk. When talk returns, Connect opens a new connection.
func (g *Generator) Connect(ctx context.Context, count, addresses int, talk func(ctx context.Context, conn net.Conn)) {
	pace := rate.NewLimiter(reconnections, count)
	for i := range count {
		address := traffic.AttackerAddress
		if addresses > 1 {
			address = fmt.Sprintf("127.0.1.%d", 1+i%addresses)
		}
		go g.reconnect(ctx, pace, address, talk)
	}
}

func (g *Generator) reconnect(ctx context.Context, pace *rate.Limiter, address string, talk func(ctx context.Context, conn net.Conn)) {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	for pace.Wait(ctx) == nil {
		conn, err := dialer.DialContext(ctx, "tcp", g.Job.API)
		if err != nil {
			g.note("no connection")
			continue
		}
		g.note("connection")
		stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
		talk(ctx, conn)
		stop()
		_ = conn.Close()
	}
}

// Say returns a function that Connect calls for each connection. The function sends a text and then
// reads until the service closes the connection.
func Say(text string) func(context.Context, net.Conn) {
	return func(_ context.Context, conn net.Conn) {
		if _, err := io.WriteString(conn, text); err == nil {
			_, _ = io.Copy(io.Discard, conn) // returns when the connection is closed
		}
	}
}

// Dribble returns a function that Connect calls for each connection. The function sends a text, and
// then one byte a second until the service answers.
func Dribble(text string) func(context.Context, net.Conn) {
	return func(ctx context.Context, conn net.Conn) {
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
		answer := make([]byte, 1)
		for ctx.Err() == nil {
			if err := conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
				return
			}
			if _, err := conn.Read(answer); err == nil || traffic.KindOf(err).Error() != traffic.KindOf(context.DeadlineExceeded).Error() {
				return
			}
			if _, err := conn.Write([]byte(" ")); err != nil {
				return
			}
		}
	}
}
