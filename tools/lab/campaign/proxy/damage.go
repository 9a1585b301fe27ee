//go:build linux

package proxy

import (
	"context"
	"math/rand/v2"
	"net"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
)

// PassPart makes the wire (a TCP proxy) pass on only the first part of the next flight. A flight is
// a batch of appends that is sent to the database. After a while, PassPart cuts the wire. Until
// then, the server does not notice that its client is gone.
func PassPart(ctx context.Context, w *Wire, random *rand.Rand) {
	w.part.Store(1 + random.Int64N(4000))
	interval.Pause(ctx, interval.Between(random, time.Second, 8*time.Second))
	w.part.Store(0)
	w.Deaf.Store(false)
	w.Cut()
}

// BeLate delays all bytes by a random duration. After a while, BeLate ends the delay.
func BeLate(ctx context.Context, w *Wire, random *rand.Rand) {
	w.late.Store(int64(interval.Between(random, time.Millisecond, 30*time.Millisecond)))
	interval.Pause(ctx, interval.Between(random, time.Second, 10*time.Second))
	w.late.Store(0)
}

func HalfOpen(ctx context.Context, w *Wire, d time.Duration) {
	w.Deaf.Store(true)
	interval.Pause(ctx, d)
	w.Deaf.Store(false)
	w.Cut()
}

// Stall makes the wire (a TCP proxy) stop for a duration. Then the wire passes on all bytes that
// were sent meanwhile.
func Stall(ctx context.Context, w *Wire, d time.Duration) {
	w.stalled.Store(true)
	interval.Pause(ctx, d)
	w.stalled.Store(false)
}

// HalfClose closes one direction of every connection. If toServer is false, each client sees the
// end of the connection in the middle of an answer. If toServer is true, the server sees that the
// client sends nothing more, although the client can still read.
func HalfClose(w *Wire, toServer bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for p := range w.pairs {
		end := p.client
		if toServer {
			end = p.server
		}
		if tcp, ok := end.(*net.TCPConn); ok {
			_ = tcp.CloseWrite() // fails if the connection is closed already
		}
	}
}

func LoseAnswers(ctx context.Context, w *Wire, d time.Duration) {
	w.lose.Store(true)
	interval.Pause(ctx, d)
	w.lose.Store(false)
}
