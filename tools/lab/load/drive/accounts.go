package drive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// Accounts are what the load is about. They have the same ids in every run with the
// same seed, and opening them again changes nothing.
type Accounts struct {
	ids      []string
	reads    []string // paths
	deposits []string
}

// NewAccounts names accounts.
func NewAccounts(seed uint64, count int) *Accounts {
	a := &Accounts{}
	for i := range count {
		id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "load %d/%d", seed, i)).String()
		a.ids = append(a.ids, id)
		a.reads = append(a.reads, "/v1/accounts/"+id)
		a.deposits = append(a.deposits, "/v1/accounts/"+id+"/deposits")
	}
	return a
}

// Paths are where each is read.
func (a *Accounts) Paths() []string { return a.reads }

// Deposit is a deposit to one of them; key "" is none.
func (a *Accounts) Deposit(account int, key string) Request {
	return Request{Method: http.MethodPost, Path: a.deposits[account], Body: deposit, Key: key}
}

// Len is how many there are.
func (a *Accounts) Len() int { return len(a.ids) }

// Open opens all of them through the API and returns the log's position after the last.
func (a *Accounts) Open(ctx context.Context, url string, progress func(Progress)) (position int64, err error) {
	var next, highest atomic.Int64
	plan := Plan{
		URLs: []string{url}, Name: "open", Count: int64(a.Len()), Accounts: a, Progress: progress,
		Timeout: 30 * time.Second,
		Step: func(c *Client) {
			i := next.Add(1) - 1
			body := fmt.Appendf(nil, `{"id":%q,"owner":"Load %d","currency":"EUR"}`, a.ids[i], i)
			answer, err := c.Send(Request{Method: http.MethodPost, Path: "/v1/accounts", Body: body})
			for again := 0; again < 5 && err == nil && answer.Status == http.StatusServiceUnavailable; again++ { // nothing was done
				answer, err = c.Send(Request{Method: http.MethodPost, Path: "/v1/accounts", Body: body})
			}
			if c.Record("open", c.Began(), answer, err) {
				raise(&highest, positionOf(answer))
			}
		},
	}
	result, err := Run(ctx, plan)
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

// AwaitReadable returns when the read model is at a position.
func AwaitReadable(ctx context.Context, url string, a *Accounts, position int64) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	_, err := Run(ctx, Plan{
		URLs: []string{url}, Clients: 1, Count: 1 << 62, Timeout: 35 * time.Second,
		Step: func(c *Client) {
			answer, err := c.Send(Request{Method: http.MethodGet, Path: a.reads[0], MinPosition: fmt.Sprint(position)})
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

// positionOf is the log's position that an answer names, 0 if it names none.
func positionOf(answer Answer) int64 {
	var position int64
	_ = json.Unmarshal([]byte(answer.Header.Get("Event-Position")), &position)
	return position
}
