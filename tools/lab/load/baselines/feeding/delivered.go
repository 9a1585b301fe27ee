package feeding

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive"
)

// Delivered measures the time from the answer to a write until a subscriber has the write's event.
// Meanwhile the generator sends 500 writes a second on a schedule.
func Delivered(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1, unbounded...)
	if err != nil {
		return nil, err
	}
	f, err := b.TakeTurns(ctx, bench.Side{Name: "500/s", Turn: func(ctx context.Context) (map[string]float64, error) {
		return deliver(ctx, b, service)
	}})
	if err != nil {
		return nil, err
	}
	p99 := f.Value("write answered → event delivered at 500/s, p99", score.AtMost(25), "ms", "500/s p99")
	return []score.Row{f.Value("write answered → event delivered at 500/s, p50", score.AtMost(3), "ms", "500/s"), p99}, nil
}

// moments contains one time for each position: the time of the answer that named the position, or
// the time at which the event at the position arrived.
type moments struct {
	mu sync.Mutex
	of map[int64]time.Time
}

func (m *moments) at(position int64) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of[position] = now
}

func deliver(ctx context.Context, b *bench.Bench, service bench.Target) (map[string]float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answer, err := open(ctx, service.Urls[0], "/v1/feed", asEvents)
	if err != nil {
		return nil, err
	}
	answered, arrived := moments{of: map[int64]time.Time{}}, moments{of: map[int64]time.Time{}}
	var reading sync.WaitGroup
	reading.Go(func() {
		defer func() { _ = answer.Body.Close() }()
		for scanner := bufio.NewScanner(answer.Body); scanner.Scan(); {
			if text, isID := bytes.CutPrefix(scanner.Bytes(), []byte("id: ")); isID {
				if position, err := strconv.ParseInt(string(text), 10, 64); err == nil {
					arrived.at(position)
				}
			}
		}
	})
	write := func(c *drive.Client) {
		reply, err := c.Send(service.Accounts.Deposit(c.Rand.IntN(service.Accounts.Len()), ""))
		if position, bad := strconv.ParseInt(reply.Header.Get("Event-Position"), 10, 64); err == nil && bad == nil {
			answered.at(position)
		}
		c.Record("write", c.Began(), reply, err)
	}
	if _, err := b.Load(ctx, service, "", drive.Plan{Rate: 500, Step: write}); err != nil {
		return nil, err
	}
	awaitArrival(ctx, &answered, &arrived)
	cancel()
	reading.Wait()
	return delays(answered.of, arrived.of)
}

// awaitArrival waits until the event of each answered write has arrived, but for at most five
// seconds.
func awaitArrival(ctx context.Context, answered, arrived *moments) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !arrived.have(answered) {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// have reports whether m has all positions that other has. m may have more positions, because it
// also has the positions of messages without an event.
func (m *moments) have(other *moments) bool {
	other.mu.Lock()
	positions := slices.Collect(maps.Keys(other.of))
	other.mu.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	return !slices.ContainsFunc(positions, func(position int64) bool {
		_, there := m.of[position]
		return !there
	})
}

// delays returns quantiles of the time from the answer to the arrival of an event, in milliseconds.
// For an event that arrives before the answer, this time is 0.
func delays(answered, arrived map[int64]time.Time) (map[string]float64, error) {
	var all []float64
	for position, at := range answered {
		came, ok := arrived[position]
		if !ok {
			return nil, fmt.Errorf("event %d did not arrive", position)
		}
		all = append(all, max(0, came.Sub(at).Seconds()*1000))
	}
	if len(all) == 0 {
		return nil, errors.New("nothing was written")
	}
	slices.Sort(all)
	return map[string]float64{"": all[len(all)/2], "p99": all[len(all)*99/100]}, nil
}
