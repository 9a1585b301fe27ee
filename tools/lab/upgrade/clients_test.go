//go:build all

package upgrade_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

const clients = 8

// clientele is a set of clients that send commands and queries. The clients never repeat a request.
// The test fails if any answer is not a success.
type clientele struct {
	fleet    *fleet
	end      context.CancelFunc
	running  sync.WaitGroup
	answers  atomic.Int64
	deposits atomic.Int64 // number of answered deposits, each of the amount 1

	mu  sync.Mutex
	bad []string
}

func startClients(t *testing.T, f *fleet) *clientele {
	t.Helper()
	c := &clientele{fleet: f}
	ctx, end := context.WithCancel(context.Background())
	c.end = end
	for number := range clients {
		c.running.Go(func() { c.work(ctx, number) })
	}
	t.Cleanup(func() { // runs before the programs end
		c.end()
		c.running.Wait()
	})
	return c
}

// stop stops the clients and returns the number of answers. stop fails the test for each answer
// that was not a success.
func (c *clientele) stop(t *testing.T) int64 {
	t.Helper()
	c.end()
	c.running.Wait()
	for i, what := range c.bad {
		if i == 10 {
			t.Errorf("and %d more", len(c.bad)-i)
			break
		}
		t.Error(what)
	}
	return c.answers.Load()
}

// work opens an account, and then alternately deposits to the account and queries it.
func (c *clientele) work(ctx context.Context, number int) {
	connections := make(map[string]*wire.Connection)
	defer func() {
		for _, connection := range connections {
			connection.Close()
		}
	}()
	id := uuid.New()
	open := wire.Request{Method: http.MethodPost, Path: "/v1/accounts", Body: fmt.Appendf(nil, `{"id":%q,"owner":"Ada","currency":"EUR"}`, id)}
	deposit := wire.Request{Method: http.MethodPost, Path: "/v1/accounts/" + id.String() + "/deposits", Body: []byte(`{"amount":1}`)}
	look := wire.Request{Method: http.MethodGet, Path: "/v1/accounts/" + id.String()}
	look.MinPosition = c.send(connections, number, open, http.StatusCreated)
	for turn := number; ctx.Err() == nil; turn++ {
		if look.MinPosition = c.send(connections, turn, deposit, http.StatusOK); look.MinPosition != "" {
			c.deposits.Add(1)
		}
		c.send(connections, turn+1, look, http.StatusOK)
		select {
		case <-ctx.Done():
		case <-time.After(2 * time.Millisecond): // leaves processor time to the programs
		}
	}
}

// send sends a request, and returns the position that the answer contains.
func (c *clientele) send(connections map[string]*wire.Connection, number int, r wire.Request, want int) (position string) {
	address := c.fleet.any(number)
	if connections[address] == nil {
		connections[address] = wire.NewConnection(address, 20*time.Second)
	}
	began := time.Now()
	answer, err := connections[address].Send(r)
	c.answers.Add(1)
	if err != nil || answer.Status != want {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.bad = append(c.bad, fmt.Sprintf("%s %s at %s, after %v: %d %s %v", r.Method, r.Path, address, time.Since(began), answer.Status, answer.Body, err))
		return ""
	}
	var body struct{ Position string }
	_ = json.Unmarshal(answer.Body, &body)
	return body.Position
}
