//go:build all && unix

package replica_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/await"
)

// redWithin is the time in which readiness has to know of a standby that is away.
const redWithin = 4 * time.Second

// The required standby goes away: no commit gets through. Readiness of both programs is red
// within seconds and stays so, while nothing is sent and under load; the log has the cause.
func TestReadinessWithoutTheRequiredStandby(t *testing.T) {
	t.Parallel()
	p := startRequired(t)
	var programs []heard
	for _, name := range []string{"projector", "api"} {
		address, said := launchHeard(t, name, "DATABASE_URL="+p.primary)
		programs = append(programs, heard{name, address, said})
	}
	api := &service{t: t, address: programs[1].address}
	api.open()
	for _, one := range programs {
		await.True(t, one.name+" is ready", func() bool { return readyz(t, one.address) == http.StatusOK })
	}
	p.loseStandby(t)
	for _, one := range programs {
		one.turnsRed(t)
	}
	stop := api.flood(t)
	for range 5 {
		for _, one := range programs {
			if readyz(t, one.address) == http.StatusOK {
				t.Errorf("%s is ready again, and the standby is not back", one.name)
			}
		}
	}
	stop()
	p.regainStandby(t)
	for _, one := range programs {
		await.True(t, one.name+" is ready again", func() bool { return readyz(t, one.address) == http.StatusOK })
	}
	api.deposits(1)
}

// heard is a program, with what it has logged.
type heard struct {
	name, address string
	said          func() string
}

// turnsRed: its readiness is red in time, and its log says why.
func (h heard) turnsRed(t *testing.T) {
	t.Helper()
	began := time.Now()
	await.True(t, h.name+" is not ready", func() bool { return readyz(t, h.address) != http.StatusOK })
	if took := time.Since(began); took > redWithin {
		t.Errorf("%s: that took %s", h.name, took)
	}
	await.True(t, h.name+" logs the cause", func() bool { return strings.Contains(h.said(), "the required standby is away") })
}

// readyz probes an address once.
func readyz(t *testing.T, address string) int {
	t.Helper()
	answer, err := client.Get("http://" + address + "/readyz")
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// flood sends commands from many clients, each under a key, until stop.
func (s *service) flood(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var sending sync.WaitGroup
	var count atomic.Int64
	for range 30 {
		sending.Go(func() {
			for ctx.Err() == nil {
				key := "flood-" + strconv.FormatInt(count.Add(1), 10)
				r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.address+s.account+"/deposits", strings.NewReader(`{"amount":1}`))
				if err != nil {
					panic(err)
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Idempotency-Key", key)
				if answer, err := client.Do(r); err == nil {
					_ = answer.Body.Close()
				}
			}
		})
	}
	return func() {
		cancel()
		sending.Wait()
	}
}
