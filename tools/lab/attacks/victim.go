//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Rates of the other client, a second. Every request comes with a token of its own, so that the
// check of it is measured, too.
const (
	readRate      = 50
	writeRate     = 25
	victimTimeout = 5 * time.Second
)

// victim is another client than the attacker, of another address: it uses the service at a modest
// rate, whatever has been answered by then.
type victim struct {
	client   *http.Client
	url      string
	token    func() (string, error)
	accounts []string // their paths
}

// part is what was measured of one kind of request.
type part struct {
	took   []time.Duration // of those that were answered, from when they were due
	failed tally
}

type measured struct{ reads, writes part }

func (m measured) good() int { return len(m.reads.took) + len(m.writes.took) }

func (m measured) all() int { return m.good() + int(m.failures().total()) }

func (m measured) answered() float64 { return float64(m.good()) / float64(max(1, m.all())) }

func (m measured) failures() tally {
	failed := tally{}
	for _, p := range []part{m.reads, m.writes} {
		for kind, count := range p.failed {
			failed[kind] += count
		}
	}
	return failed
}

// p99 is the time that 99 of 100 requests took no longer than, those that failed left out.
func (p part) p99() time.Duration {
	if len(p.took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(p.took))
	return sorted[(len(sorted)*99+99)/100-1]
}

// measure sends reads and writes for a time, and waits for their answers.
func (v *victim) measure(ctx context.Context, d time.Duration) (m measured) {
	var both sync.WaitGroup
	both.Go(func() { m.reads = v.keepOn(ctx, d, readRate, http.MethodGet, "", "") })
	both.Go(func() { m.writes = v.keepOn(ctx, d, writeRate, http.MethodPost, "/deposits", `{"amount":1}`) })
	both.Wait()
	return m
}

// keepOn sends one kind of request on a schedule.
func (v *victim) keepOn(ctx context.Context, d time.Duration, rate int, method, suffix, body string) part {
	p, mu := part{failed: tally{}}, sync.Mutex{}
	var under sync.WaitGroup
	every(ctx, time.Second/time.Duration(rate), d, func(i int, due time.Time) {
		under.Go(func() {
			err := v.send(ctx, method, v.accounts[i%len(v.accounts)]+suffix, body)
			took := time.Since(due)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				p.failed[err.Error()]++
				return
			}
			p.took = append(p.took, took)
		})
	})
	under.Wait()
	return p
}

// send makes a request; what is not answered well is an error of few kinds.
func (v *victim) send(ctx context.Context, method, path, body string) error {
	ctx, cancel := context.WithTimeout(ctx, victimTimeout)
	defer cancel()
	token, err := v.token()
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, v.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := v.client.Do(r)
	if err != nil {
		return kindOf(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return kindOf(err)
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%d", answer.StatusCode)
	}
	return nil
}

// every calls do on a schedule for a time, late rather than never.
func every(ctx context.Context, interval, d time.Duration, do func(i int, due time.Time)) {
	start := time.Now()
	for i := 0; ; i++ {
		due := start.Add(time.Duration(i) * interval)
		if due.Sub(start) >= d {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(due)):
		}
		do(i, due)
	}
}
