//go:build linux

package serverclock

import (
	"errors"
	"path/filepath"
	"sync"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb/fakeclock"

	"example.com/pgcqrs/tools/lab/campaign/history"
)

// Clock is the clock of the PostgreSQL server that is the primary when the run begins. The clocks
// of all other PostgreSQL servers are always right.
type Clock struct {
	Fake *fakeclock.Clock // nil if libfaketime is not installed

	mu   sync.Mutex
	sets []clockSet
}

// clockSet is a change of the server's clock, which happened between the times from and to.
type clockSet struct {
	from, to time.Time
	off      time.Duration
}

func New(dir string) (*Clock, error) {
	fake, err := fakeclock.New(filepath.Join(dir, "server-clock"), ClockSeen)
	if errors.Is(err, fakeclock.ErrNone) {
		return &Clock{}, nil
	}
	return &Clock{Fake: fake}, err
}

func (c *Clock) Environment() []string {
	if c.Fake == nil {
		return nil
	}
	return c.Fake.Environment()
}

// ClockSeen is the time within which every process of the server notices a change of the clock.
const ClockSeen = 2 * time.Second

// Set calls the function change, after which the clock differs from the right time by the duration
// off. Set then records the change of the clock.
func (c *Clock) Set(off time.Duration, change func() error) error {
	from := time.Now()
	err := change()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sets = append(c.sets, clockSet{from, time.Now().Add(ClockSeen + history.Blur), off})
	return err
}

// Offsets returns the changes of the server's clock. The time of a change is a duration since the
// start of the run.
func (c *Clock) Offsets(started time.Time) (all []history.ClockOff) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sets {
		all = append(all, history.ClockOff{From: s.from.Sub(started), To: s.to.Sub(started), Off: s.off})
	}
	return all
}
