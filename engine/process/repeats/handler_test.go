package repeats

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/slogtest"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// log is a log whose lines can be read.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// lines returns the lines with this message.
func (l *log) lines(t *testing.T, message string) (found []map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for text := range strings.Lines(l.text.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		if line["msg"] == message {
			found = append(found, line)
		}
	}
	return found
}

// timesIn returns how many lines were held back, according to a line.
func timesIn(line map[string]any) float64 {
	times, _ := line["times"].(float64)
	return times
}

// limited returns a log, and a Handler that writes at most ten lines that are the same.
func limited() (*log, *Handler, *prometheus.Registry) {
	to, registry := &log{}, prometheus.NewRegistry()
	return to, New(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: slog.LevelDebug}), 10, registry), registry
}

// Ten lines that are the same are written, and one line says how many more there were. Each line is
// written or counted.
func TestRepeatsAreCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		to, handler, _ := limited()
		logger, sent := slog.New(handler), 0
		for range 150 { // 2.75 minutes
			logger.Error("can't fetch", "error", fmt.Errorf("attempt %d", sent))
			sent++
			time.Sleep(1100 * time.Millisecond) //nolint:forbidigo // the time of the bubble
		}
		handler.Flush()
		written, told := to.lines(t, "can't fetch"), to.lines(t, "repeated")
		if len(written) != 30 || len(told) != 3 {
			t.Fatalf("%d lines, and %d lines about those held back", len(written), len(told))
		}
		held := 0
		for _, line := range told {
			held += int(timesIn(line))
		}
		if first := told[0]; len(written)+held != sent || first["message"] != "can't fetch" || first["level"] != "ERROR" || first["seconds"] != 60.0 || first["error"] != "attempt 54" {
			t.Errorf("%d lines of %d: %v", len(written)+held, sent, first)
		}
		time.Sleep(10 * Period) //nolint:forbidigo // no timer writes a second line
		if again := to.lines(t, "repeated"); len(again) != 3 {
			t.Errorf("%d lines", len(again))
		}
	})
}

// A repeated line is reported after its period, even if no further line comes.
func TestTheEndOfRepeatsIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		to, handler, registry := limited()
		for range 13 {
			slog.New(handler).Warn("not ready")
		}
		metrics, err := registry.Gather()
		if err != nil || len(metrics) != 1 || metrics[0].GetName() != "log_lines_held_back_total" || metrics[0].GetMetric()[0].GetCounter().GetValue() != 3 {
			t.Errorf("got %v, %v", metrics, err)
		}
		time.Sleep(Period) //nolint:forbidigo // the time of the bubble
		synctest.Wait()
		if told := to.lines(t, "repeated"); len(told) != 1 || told[0]["times"] != 3.0 {
			t.Errorf("got %v", told)
		}
	})
}

// Lines with another level, message, place, or name of a part are not the same. Ids and errors make
// no difference.
func TestSameLines(t *testing.T) {
	t.Parallel()
	to, handler, _ := limited()
	logger := slog.New(handler)
	say := func(message string, attributes ...any) { logger.Info(message, attributes...) }
	for n := range 20 {
		say("lag", "projection", "a", "position", n)
		say("lag", "projection", "b", "error", errors.New(fmt.Sprint(n)))
		logger.With("projection", "c").Info("lag", "position", n)
		logger.With("job", n).With("projection", "c").Info("lag in another place")
		say("another")
		logger.Info("another")
		logger.Debug("not limited")
		slog.New(handler.Unlimited()).Info("who has read it")
	}
	handler.Flush()
	for message, want := range map[string]int{"lag": 30, "lag in another place": 10, "another": 20, "not limited": 20, "who has read it": 20, "repeated": 6} {
		if got := len(to.lines(t, message)); got != want {
			t.Errorf("%q is written %d times, want %d", message, got, want)
		}
	}
	parts := make(map[any]int)
	for _, line := range to.lines(t, "repeated") {
		if line["times"] != 10.0 {
			t.Errorf("got %v", line)
		}
		parts[line["projection"]]++
	}
	if parts["a"] != 1 || parts["b"] != 1 || parts["c"] != 2 || parts[nil] != 2 {
		t.Errorf("got %v", parts)
	}
}

// If all messages are different, the memory for their counts is limited.
func TestMemoryIsLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		to, handler, _ := limited()
		for n := range 3 * mostKnown {
			slog.New(handler).Info(fmt.Sprint("message ", n))
		}
		time.Sleep(Period) //nolint:forbidigo // the time of the bubble
		slog.New(handler).Info("message 0")
		if len(handler.counts.lines) != 1 || len(to.lines(t, "message 0")) != 2 || len(to.lines(t, fmt.Sprint("message ", 3*mostKnown-1))) != 1 {
			t.Errorf("%d lines are known", len(handler.counts.lines))
		}
	})
}

// Goroutines that log at the same time lose no line.
func TestConcurrentRepeatsAreCounted(t *testing.T) {
	t.Parallel()
	to, handler, _ := limited()
	var saying sync.WaitGroup
	for range 8 {
		saying.Go(func() {
			for range 500 {
				slog.New(handler).Info("same")
			}
		})
		saying.Go(handler.Flush)
	}
	saying.Wait()
	handler.Flush()
	total := float64(len(to.lines(t, "same")))
	for _, line := range to.lines(t, "repeated") {
		total += timesIn(line)
	}
	if total != 8*500 {
		t.Errorf("%v lines of %d", total, 8*500)
	}
}

func TestHandlerConforms(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	slogtest.Run(t, func(*testing.T) slog.Handler {
		out.Reset()
		return New(slog.NewJSONHandler(&out, nil), 10, nil)
	}, func(t *testing.T) map[string]any {
		var line map[string]any
		if err := json.Unmarshal(out.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		return line
	})
}
