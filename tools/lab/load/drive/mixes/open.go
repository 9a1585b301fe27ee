package mixes

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// Open opens all accounts through the API, and returns the position of the log after the last
// opening.
func (a *Accounts) Open(ctx context.Context, url string, progress func(drive.Progress)) (position int64, err error) {
	var next, highest atomic.Int64
	plan := drive.Plan{
		URLs: []string{url}, Name: "open", Count: int64(a.Len()), Progress: progress,
		Timeout: 30 * time.Second,
		Step: func(c *drive.Client) {
			i := next.Add(1) - 1
			body := fmt.Appendf(nil, `{"id":%q,"owner":"Load %d","currency":"EUR"}`, a.ids[i], i)
			answer, err := c.Send(wire.Request{Method: http.MethodPost, Path: "/v1/accounts", Body: body})
			for again := 0; again < 5 && err == nil && answer.Status == http.StatusServiceUnavailable; again++ { // 503: nothing was done
				answer, err = c.Send(wire.Request{Method: http.MethodPost, Path: "/v1/accounts", Body: body})
			}
			if c.Record("open", c.Began(), answer, err) {
				raise(&highest, wire.PositionOf(answer))
			}
		},
	}
	result, err := drive.Run(ctx, plan)
	if err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if opened := result.Part("open"); opened.Count != int64(a.Len()) {
		return 0, fmt.Errorf("opened %d of %d accounts: %v", opened.Count, a.Len(), opened.Errors)
	}
	return highest.Load(), nil
}

func raise(highest *atomic.Int64, to int64) {
	for {
		before := highest.Load()
		if before >= to || highest.CompareAndSwap(before, to) {
			return
		}
	}
}

// AwaitReadable waits until the read model has applied all events up to the position, but for at
// most a minute.
func AwaitReadable(ctx context.Context, url string, a *Accounts, position int64) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	_, err := drive.Run(ctx, drive.Plan{
		URLs: []string{url}, Clients: 1, Count: 1 << 62, Timeout: 35 * time.Second,
		Step: func(c *drive.Client) {
			answer, err := c.Send(wire.Request{Method: http.MethodGet, Path: a.reads[0], MinPosition: fmt.Sprint(position)})
			if err == nil && answer.Status == http.StatusOK {
				cancel()
			}
		},
	})
	if err == nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = fmt.Errorf("the read model is not at position %d after a minute: is the projector running?", position)
	}
	return err
}
