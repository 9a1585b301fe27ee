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
	"example.com/pgcqrs/engine/enginetest/programs"
)

// redWithin is the time within which the programs must report that they are not ready because the
// standby is away.
const redWithin = 4 * time.Second

// While the required standby is away, no commit succeeds. Within seconds, each program reports that
// it is not ready, and logs the cause. The program stays not ready, both without requests and under
// load.
func TestReadinessWithoutTheRequiredStandby(t *testing.T) {
	t.Parallel()
	p := startRequired(t)
	both := []running{
		{"projector", launch(t, "projector", "DATABASE_URL="+p.primary)}, {"api", launch(t, "api", "DATABASE_URL="+p.primary)},
	}
	api := &service{t: t, address: both[1].program.Address}
	api.open()
	for _, one := range both {
		await.True(t, one.name+" is ready", func() bool { return one.program.Ready() == http.StatusOK })
	}
	p.loseStandby(t)
	for _, one := range both {
		one.turnsRed(t)
	}
	stop := api.flood(t)
	for range 5 {
		for _, one := range both {
			if one.program.Ready() == http.StatusOK {
				t.Errorf("%s is ready again, and the standby is not back", one.name)
			}
		}
	}
	stop()
	p.regainStandby(t)
	for _, one := range both {
		await.True(t, one.name+" is ready again", func() bool { return one.program.Ready() == http.StatusOK })
	}
	api.deposits(1)
}

// running is a running program of the service, with its name.
type running struct {
	name    string
	program *programs.Program
}

// turnsRed checks that the program reports in time that it is not ready, and that its log contains
// the cause.
func (r running) turnsRed(t *testing.T) {
	t.Helper()
	began := time.Now()
	await.True(t, r.name+" is not ready", func() bool { return r.program.Ready() != http.StatusOK })
	if took := time.Since(began); took > redWithin {
		t.Errorf("%s: that took %s", r.name, took)
	}
	await.True(t, r.name+" logs the cause", func() bool { return strings.Contains(r.program.Said(), "the required standby is away") })
}

// flood sends commands from many clients until stop is called. Each command has an idempotency key.
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
