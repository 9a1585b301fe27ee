//go:build linux

package generator

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"example.com/pgcqrs/tools/lab/attacks/traffic"
)

// Request is a request of the attacker.
type Request struct {
	Method, Path, Body string
	Token              string
	Headers            []string // alternating: name, value, name, value …
}

// requestTimeout is longer than the time for which the service lets a read wait for a position.
const requestTimeout = 40 * time.Second

// send sends a request and counts its result.
func (g *Generator) send(ctx context.Context, client *http.Client, r Request) {
	g.running.Add(1)
	defer g.running.Add(-1)
	bounded, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	sent, err := http.NewRequestWithContext(bounded, r.Method, "http://"+g.Job.API+r.Path, strings.NewReader(r.Body))
	if err != nil {
		g.note("no request")
		return
	}
	if r.Token != "" {
		sent.Header.Set("Authorization", "Bearer "+r.Token)
	}
	if r.Body != "" {
		sent.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(r.Headers); i += 2 {
		sent.Header.Set(r.Headers[i], r.Headers[i+1])
	}
	answer, err := client.Do(sent)
	if ctx.Err() != nil {
		return // the attack is over
	}
	if err != nil {
		g.note(traffic.KindOf(err).Error())
		return
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil && ctx.Err() == nil {
		g.note(traffic.KindOf(err).Error())
		return
	}
	g.note(fmt.Sprint(answer.StatusCode))
}

// mostAtOnce is the largest number of unanswered requests that the function AtRate has at the same
// time. A real client can open about this number of sockets.
const mostAtOnce = 4096

// AtRate sends requests on a schedule, even if earlier requests have no answer yet. If mostAtOnce
// requests have no answer, AtRate counts the next request as not sent.
func (g *Generator) AtRate(ctx context.Context, perSecond int, next func(i int) Request) {
	client, room := traffic.From(traffic.AttackerAddress), semaphore.NewWeighted(mostAtOnce)
	traffic.Every(ctx, time.Second/time.Duration(perSecond), farFromNow, func(i int, _ time.Time) {
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

// AtOnce sends requests in several loops at the same time; the argument count is the number of
// loops. Each loop sends one request after another. The parameter atMostEvery is the shortest time
// between the starts of two requests of a loop.
func (g *Generator) AtOnce(ctx context.Context, count int, atMostEvery time.Duration, next func(i int) Request) {
	client := traffic.From(traffic.AttackerAddress)
	for i := range count {
		go traffic.Every(ctx, atMostEvery, farFromNow, func(turn int, _ time.Time) { g.send(ctx, client, next(turn*count+i)) })
	}
}

// farFromNow is a duration that is longer than any attack.
const farFromNow = 24 * time.Hour
