package repeats

import (
	"context"
	"log/slog"
	"math"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Period is the time in which lines that are the same are counted. It begins with the first of them.
const Period = time.Minute

// mostKnown limits how many different lines are counted at the same time, because a message may
// contain a text that is always another one. Further lines are not limited.
const mostKnown = 1000

// counts has the lines of the current periods.
type counts struct {
	most     int
	tell     slog.Handler // writes how many lines were held back
	heldBack prometheus.Counter

	mu    sync.Mutex
	lines map[identity]*count
}

// count counts lines that are the same.
type count struct {
	began   time.Time
	written int
	held    int
	last    slog.Value  // attribute "error" of the last line that was held back; zero: it had none
	timer   *time.Timer // tells how many were held back; nil: none was
}

func newCounts(tell slog.Handler, most int, registerer prometheus.Registerer) *counts {
	return &counts{
		most: most, tell: tell, lines: make(map[identity]*count),
		heldBack: promauto.With(registerer).NewCounter(prometheus.CounterOpts{
			Name: "log_lines_held_back_total", Help: "Lines that were not written to the log because the same line was written too often. The log has their number.",
		}),
	}
}

// allow reports whether a line may be written. Otherwise allow counts the line.
func (c *counts) allow(id identity, r slog.Record) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	known := c.lines[id]
	if known == nil || known.held == 0 && now.Sub(known.began) >= Period {
		if known == nil && !c.hasRoom(now) {
			return true
		}
		known = &count{began: now}
		c.lines[id] = known
	}
	if known.written < c.most {
		known.written++
		return true
	}
	known.held++
	known.last = errorIn(r)
	c.heldBack.Inc()
	if known.timer == nil {
		known.timer = time.AfterFunc(Period-now.Sub(known.began), func() { c.end(id, known) })
	}
	return false
}

// hasRoom reports whether another line can be counted. If there are many, hasRoom first removes the
// lines whose period is over.
func (c *counts) hasRoom(now time.Time) bool {
	if len(c.lines) < mostKnown {
		return true
	}
	for id, known := range c.lines {
		if known.held == 0 && now.Sub(known.began) >= Period {
			delete(c.lines, id)
		}
	}
	return len(c.lines) < mostKnown
}

// errorIn returns the attribute "error" of a line, or the zero Value.
func errorIn(r slog.Record) (found slog.Value) {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "error" {
			found = a.Value
		}
		return a.Key != "error"
	})
	return found
}

// flush writes how many lines have been held back so far.
func (c *counts) flush() {
	c.mu.Lock()
	ended := make(map[identity]*count)
	for id, known := range c.lines {
		if known.held > 0 {
			ended[id] = known
		}
	}
	c.mu.Unlock()
	for id, known := range ended {
		c.end(id, known)
	}
}

// end ends the period of a line, and writes how many lines were held back.
func (c *counts) end(id identity, known *count) {
	c.mu.Lock()
	if c.lines[id] != known { // flush and the timer may come together
		c.mu.Unlock()
		return
	}
	delete(c.lines, id)
	known.timer.Stop()
	held, last, took := known.held, known.last, time.Since(known.began)
	c.mu.Unlock()

	attributes := []slog.Attr{
		slog.String("message", id.message), slog.Int("times", held), slog.Float64("seconds", math.Round(took.Seconds())),
	}
	if id.name != "" {
		attributes = append(attributes, slog.String(id.name, id.who))
	}
	if !last.Equal(slog.Value{}) {
		attributes = append(attributes, slog.String("error", last.Resolve().String()))
	}
	r := slog.NewRecord(time.Now(), id.level, "repeated", 0)
	r.AddAttrs(attributes...)
	_ = c.tell.Handle(context.Background(), r) // there is no other log to report an error to
}
