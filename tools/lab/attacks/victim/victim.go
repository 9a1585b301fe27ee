//go:build linux

package victim

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"example.com/pgcqrs/tools/lab/attacks/traffic"
)

// These constants are the rates of reads and of writes of the client that is not the attacker, in
// requests per second. Every request has a new token, so the measured time includes the check of
// the token.
const (
	readRate  = 50
	writeRate = 25
	timeout   = 5 * time.Second
)

// Victim is a client whose address is not the attacker's address. It sends requests at a low, fixed
// rate, even if earlier requests have no answer yet.
type Victim struct {
	Client   *http.Client
	URL      string
	Token    func() (string, error)
	Accounts []string // paths of the accounts
}

// Measure sends reads and writes for the duration d, and waits for their answers.
func (v *Victim) Measure(ctx context.Context, d time.Duration) (m Measured) {
	var both sync.WaitGroup
	both.Go(func() { m.Reads = v.keepOn(ctx, d, readRate, http.MethodGet, "", "") })
	both.Go(func() { m.Writes = v.keepOn(ctx, d, writeRate, http.MethodPost, "/deposits", `{"amount":1}`) })
	both.Wait()
	return m
}

// keepOn sends one kind of request on a schedule, and returns its measurements.
func (v *Victim) keepOn(ctx context.Context, d time.Duration, rate int, method, suffix, body string) Part {
	p, mu := Part{Failed: traffic.Tally{}}, sync.Mutex{}
	var under sync.WaitGroup
	traffic.Every(ctx, time.Second/time.Duration(rate), d, func(i int, due time.Time) {
		under.Go(func() {
			err := v.send(ctx, method, v.Accounts[i%len(v.Accounts)]+suffix, body)
			took := time.Since(due)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				p.Failed[err.Error()]++
				return
			}
			p.Took = append(p.Took, took)
		})
	})
	under.Wait()
	return p
}

// send sends a request. send returns nil if the answer is a success, and otherwise one of a small
// set of errors.
func (v *Victim) send(ctx context.Context, method, path, body string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	token, err := v.Token()
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, v.URL+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := v.Client.Do(r)
	if err != nil {
		return traffic.KindOf(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return traffic.KindOf(err)
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%d", answer.StatusCode)
	}
	return nil
}
