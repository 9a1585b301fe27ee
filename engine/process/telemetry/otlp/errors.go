package otlp

import (
	"log/slog"
	"sync"
	"time"
)

// repeatAfter is the time after a line about an error in which no further line is written. While
// the collector can't be reached, each attempt to send spans fails.
const repeatAfter = time.Minute

// exportErrors logs errors of the export, at most one in the time repeatAfter.
type exportErrors struct {
	logger *slog.Logger

	mu      sync.Mutex
	last    time.Time // when the last line was written
	dropped int       // errors since then, which have no line
}

func newErrors(logger *slog.Logger) *exportErrors { return &exportErrors{logger: logger} }

// Handle implements otel.ErrorHandler.
func (e *exportErrors) Handle(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if time.Since(e.last) < repeatAfter {
		e.dropped++
		return
	}
	e.logger.Warn("traces can't be sent; spans are dropped, and nothing else is affected", "error", err, "errors_not_logged", e.dropped)
	e.last, e.dropped = time.Now(), 0
}
