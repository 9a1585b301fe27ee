//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The service reads the time in one place for anything that is stored; there the
// campaign has it read a clock that can be wrong: by the duration in a file.
const (
	clockVariable = "CAMPAIGN_CLOCK"
	clockSource   = "internal/events/eventstore/encode.go"
	rightClock    = "time.Now().UTC()"
	wrongClock    = `package eventstore

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

// wrongClocks writes an overlay for go build, and returns its path.
func wrongClocks(dir string) (string, error) {
	content, err := os.ReadFile(clockSource)
	if err != nil {
		return "", fmt.Errorf("read where the service reads the time (from the repository's root): %w", err)
	}
	if strings.Count(string(content), rightClock) != 1 {
		return "", fmt.Errorf("%s does not have %s once: clock.go has to follow it", clockSource, rightClock)
	}
	added := filepath.Join(filepath.Dir(clockSource), "wrong_clock.go")
	replace := make(map[string]string)
	for source, text := range map[string]string{
		clockSource: strings.Replace(string(content), rightClock, "wrongClock().UTC()", 1), added: wrongClock,
	} {
		full, err := filepath.Abs(source)
		replace[full] = filepath.Join(dir, filepath.Base(source))
		if err := errors.Join(err, os.WriteFile(replace[full], []byte(text), 0o600)); err != nil {
			return "", fmt.Errorf("write the wrong clock: %w", err)
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	path := filepath.Join(dir, "overlay.json")
	return path, errors.Join(err, os.WriteFile(path, overlay, 0o600))
}

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
