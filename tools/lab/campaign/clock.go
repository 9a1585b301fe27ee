//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// The service reads the time in one place for anything that is stored; there the
// campaign has it read a clock that can be wrong: by the duration in a file.
const (
	clockVariable = "CAMPAIGN_CLOCK"
	clockSource   = "engine/eventlog/encode/encode.go"
	rightClock    = "time.Now().UTC()"
	wrongClock    = `package encode

import (
	"os"
	"time"
)

func wrongClock() time.Time {
	text, _ := os.ReadFile(os.Getenv("` + clockVariable + `"))
	wrong, _ := time.ParseDuration(string(text))
	return time.Now().Add(wrong)
}
`
)

// clock is the file that says how wrong a process's clock is.
func (w *world) clock(process int) string { return filepath.Join(w.dir, fmt.Sprint("clock", process)) }

// jump has a process's clock jump by up to two days, in either direction, and back.
func jump(ctx context.Context, w *world, process int, random *rand.Rand) error {
	wrong := between(random, -48*time.Hour, 48*time.Hour)
	if err := os.WriteFile(w.clock(process), []byte(wrong.String()), 0o600); err != nil {
		return fmt.Errorf("set the clock: %w", err)
	}
	pause(ctx, between(random, time.Second, 10*time.Second))
	return os.Remove(w.clock(process))
}
