//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// request is what the attacker sends.
type request struct {
	method, path, body string
	token              string
	headers            []string // name, value, …
}

// requestTimeout is longer than a read may wait.
const requestTimeout = 40 * time.Second

// send makes a request and notes what came of it.
func (g *generator) send(ctx context.Context, client *http.Client, r request) {
	g.running.Add(1)
	defer g.running.Add(-1)
	bounded, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	sent, err := http.NewRequestWithContext(bounded, r.method, "http://"+g.API+r.path, strings.NewReader(r.body))
	if err != nil {
		g.note("no request")
		return
	}
	if r.token != "" {
		sent.Header.Set("Authorization", "Bearer "+r.token)
	}
	if r.body != "" {
		sent.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(r.headers); i += 2 {
		sent.Header.Set(r.headers[i], r.headers[i+1])
	}
	answer, err := client.Do(sent)
	if ctx.Err() != nil {
		return // the attack is over
	}
	if err != nil {
		g.note(kindOf(err).Error())
		return
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil && ctx.Err() == nil {
		g.note(kindOf(err).Error())
		return
	}
	g.note(fmt.Sprint(answer.StatusCode))
}

// mostAtOnce bounds the requests of a rate: a client has that many sockets.
const mostAtOnce = 4096

// atRate sends requests on a schedule, whatever has been answered by then.
func (g *generator) atRate(ctx context.Context, perSecond int, next func(i int) request) {
	client, room := clientFrom(attackerAddress), semaphore.NewWeighted(mostAtOnce)
	every(ctx, time.Second/time.Duration(perSecond), farFromNow, func(i int, _ time.Time) {
		if !room.TryAcquire(1) {
			g.note("not sent")
			return
		}
		go func() {
			defer room.Release(1)
			g.send(ctx, client, next(i))
		}()
	})
}

// atOnce keeps so many requests running, each of which begins at most once in a while.
func (g *generator) atOnce(ctx context.Context, count int, atMostEvery time.Duration, next func(i int) request) {
	client := clientFrom(attackerAddress)
	for i := range count {
		go every(ctx, atMostEvery, farFromNow, func(turn int, _ time.Time) { g.send(ctx, client, next(turn*count+i)) })
	}
}

// Connections that are closed are made anew, so many a second: reviewers of such services
// find that half-sent headers take as many.
const (
	connections   = 1100
	reconnections = 205
)

// connect keeps so many connections open, spread over addresses, on each of which talk speaks until
// it has enough, or the other end has.
func (g *generator) connect(ctx context.Context, count, addresses int, talk func(ctx context.Context, conn net.Conn)) {
	pace := rate.NewLimiter(reconnections, count)
	for i := range count {
		address := attackerAddress
		if addresses > 1 {
			address = fmt.Sprintf("127.0.1.%d", 1+i%addresses)
		}
		go g.reconnect(ctx, pace, address, talk)
	}
}

func (g *generator) reconnect(ctx context.Context, pace *rate.Limiter, address string, talk func(ctx context.Context, conn net.Conn)) {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	for pace.Wait(ctx) == nil {
		conn, err := dialer.DialContext(ctx, "tcp", g.API)
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

// say sends text and then reads until the other end closes.
func say(text string) func(context.Context, net.Conn) {
	return func(_ context.Context, conn net.Conn) {
		if _, err := io.WriteString(conn, text); err == nil {
			_, _ = io.Copy(io.Discard, conn) // until it is closed
		}
	}
}

// dribble sends text and then a byte a second, until there is an answer.
func dribble(text string) func(context.Context, net.Conn) {
	return func(ctx context.Context, conn net.Conn) {
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
		answer := make([]byte, 1)
		for ctx.Err() == nil {
			if err := conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
				return
			}
			if _, err := conn.Read(answer); err == nil || kindOf(err).Error() != kindOf(context.DeadlineExceeded).Error() {
				return
			}
			if _, err := conn.Write([]byte(" ")); err != nil {
				return
			}
		}
	}
}
