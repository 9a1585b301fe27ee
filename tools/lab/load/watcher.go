package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/report"
)

// watcher prints the progress of a run on standard error. On a terminal, watcher overwrites one
// line; elsewhere it prints a line every few seconds.
type watcher struct {
	name  string
	live  bool
	shown time.Time
}

// between is the time between two lines of progress if the output is not a terminal.
const between = 5 * time.Second

func newWatcher(name string) *watcher {
	info, err := os.Stderr.Stat()
	live := err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
	return &watcher{name: name, live: live, shown: time.Now()}
}

func (w *watcher) show(p drive.Progress) {
	if w.live {
		fmt.Fprintf(os.Stderr, "\r\x1b[K  %s", w.line(p))
		return
	}
	if now := time.Now(); now.Sub(w.shown) >= between {
		w.shown = now
		fmt.Fprintln(os.Stderr, w.line(p))
	}
}

// clear erases the line on the terminal.
func (w *watcher) clear() {
	if w.live {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
	}
}

const barWidth = 24

func (w *watcher) line(p drive.Progress) string {
	if p.Warming {
		return fmt.Sprintf("%s  warms up, %.1f s left", w.name, p.Left.Seconds())
	}
	text := w.name
	if whole := p.Elapsed + p.Left; p.Left > 0 && w.live {
		done := int(barWidth * p.Elapsed / whole)
		text += "  " + strings.Repeat("█", done) + strings.Repeat("░", barWidth-done)
	}
	text += fmt.Sprintf("  %s/s  %s done", report.Number(p.Rate), report.Count(p.Done))
	if p.Failed > 0 {
		text += fmt.Sprintf("  %s failed", report.Count(p.Failed))
	}
	if p.Left > 0 {
		text += fmt.Sprintf("  %.1f s left", p.Left.Seconds())
	}
	return text
}
