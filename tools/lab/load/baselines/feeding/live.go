package feeding

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive"
)

// The benchmarks use these numbers of subscribers.
const (
	quiet = 1000 // subscribers of streams to which nothing is written
	all   = 100  // subscribers that get each event
)

// unbounded contains the environment variables with which the API accepts all subscribers of the
// benchmarks.
var unbounded = []string{"FEED_CONNECTIONS=4000", "FEED_CONNECTIONS_SUBJECT=4000", "FEED_CONNECTIONS_ADDRESS=4000", "MAX_CONNECTIONS=8000"}

// Subscribed measures writes in four situations, one after another: without subscribers, with 1,000
// subscribers that get no event, with 100 subscribers that get each event, and with one subscriber
// that reads nothing.
func Subscribed(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1, unbounded...)
	if err != nil {
		return nil, err
	}
	none := b.RateOf("none", service, "write", drive.Plan{Clients: 64})
	f, err := b.TakeTurns(ctx, none,
		with(b, service, "quiet", func(ctx context.Context) (func(), error) {
			s, err := subscribe(ctx, service.Urls[0], quiet, func(i int) string {
				return "/v1/feed?type=nothing.happens_" + fmt.Sprint(i) + "&stream=" + streamOf(service, i)
			})
			if err != nil {
				return nil, err
			}
			return s.close, nil
		}),
		with(b, service, "all", func(ctx context.Context) (func(), error) {
			s, err := subscribe(ctx, service.Urls[0], all, func(int) string { return "/v1/feed" })
			if err != nil {
				return nil, err
			}
			return s.close, nil
		}),
		with(b, service, "stalled", func(ctx context.Context) (func(), error) { return stall(ctx, service.Urls[0]) }),
	)
	if err != nil {
		return nil, err
	}
	cpu := f.Row("processor time per append with 1,000 quiet subscribers / none", score.AtMost(1.05), " µs", "quiet cpu", "none cpu")
	return []score.Row{
		cpu,
		f.Row("writes with 100 subscribers that get everything / none", score.AtLeast(0.80), bench.PerSecond, "all", "none"),
		f.Row("writes with one subscriber that reads nothing / none", score.AtLeast(0.98), bench.PerSecond, "stalled", "none"),
	}, nil
}

// streamOf returns the id of an account of a target.
func streamOf(t bench.Target, i int) string {
	paths := t.Accounts.Paths()
	path := paths[i%len(paths)]
	return path[strings.LastIndex(path, "/")+1:]
}

// with returns a contestant of the benchmark. The contestant calls the function begin, which
// connects subscribers, and then measures writes.
func with(b *bench.Bench, service bench.Target, name string, begin func(ctx context.Context) (end func(), err error)) bench.Side {
	measured := b.RateOf(name, service, "write", drive.Plan{Clients: 64})
	return bench.Side{Name: name, Turn: func(ctx context.Context) (map[string]float64, error) {
		end, err := begin(ctx)
		if err != nil {
			return nil, err
		}
		defer end()
		return measured.Turn(ctx)
	}}
}

// stall opens a feed over a connection with a small buffer, and reads nothing.
func stall(ctx context.Context, address string) (end func(), err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4 << 10)
	}
	if _, err := fmt.Fprintf(connection, "GET /v1/feed?after=0 HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n\r\n", u.Host); err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	return func() { _ = connection.Close() }, nil
}

// Quiet measures the memory of subscribers that get no events. It also measures how long it takes
// until all 1,000 subscribers are connected to an API process that has just started.
func Quiet(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1, unbounded...)
	if err != nil {
		return nil, err
	}
	f, err := b.TakeTurns(ctx, bench.Side{Name: "quiet", Turn: func(ctx context.Context) (map[string]float64, error) {
		fresh, err := b.Lab.Start(ctx, "api", service.Base, unbounded...)
		if err != nil {
			return nil, err
		}
		defer fresh.Stop()
		before, began := memory(fresh), time.Now()
		s, err := subscribe(ctx, fresh.Url, quiet, func(i int) string { return "/v1/feed?stream=" + streamOf(service, i) })
		if err != nil {
			return nil, err
		}
		defer s.close()
		connected := time.Since(began)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(b.Lab.Options.Duration):
		}
		return map[string]float64{"": (memory(fresh) - before) / quiet, "connected": connected.Seconds()}, nil
	}})
	if err != nil {
		return nil, err
	}
	return []score.Row{
		f.Value("memory of a quiet subscriber", score.AtMost(40), "KiB", "quiet"),
		f.Value("1,000 subscribers connected after a start", score.AtMost(10), "s", "quiet connected"),
	}, nil
}
