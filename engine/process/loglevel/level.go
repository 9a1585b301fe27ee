package loglevel

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of the time for which a level may be changed.
const (
	changeFor  = 10 * time.Minute // if the request does not say how long
	longestFor = 24 * time.Hour
)

// Level is the least severe level that a process logs. It is a slog.Leveler.
type Level struct {
	configured slog.Level
	now        atomic.Int64

	mu     sync.Mutex
	until  time.Time   // end of the change; zero: the level is the configured one
	timer  *time.Timer // ends the change; nil: there was none
	number int         // number of the change, so that a late timer ends no later change
}

// New returns a Level with the configured level.
func New(configured slog.Level) *Level {
	l := &Level{configured: configured}
	l.now.Store(int64(configured))
	return l
}

// Level returns the current level.
func (l *Level) Level() slog.Level { return slog.Level(l.now.Load()) }

// Close ends a change of the level.
func (l *Level) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reset()
}

// reset sets the configured level. The caller holds the lock.
func (l *Level) reset() {
	l.number++
	if l.timer != nil {
		l.timer.Stop()
		l.timer = nil
	}
	l.until = time.Time{}
	l.now.Store(int64(l.configured))
}

// change sets another level for some time. It returns the previous level.
func (l *Level) change(to slog.Level, within time.Duration, logger *slog.Logger) (before slog.Level) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before = l.Level()
	l.reset()
	if to == l.configured {
		return before
	}
	l.now.Store(int64(to))
	l.until = time.Now().Add(within)
	number := l.number
	l.timer = time.AfterFunc(within, func() { l.expire(number, logger) })
	return before
}

// expire ends the change with this number, and logs that it has ended.
func (l *Level) expire(number int, logger *slog.Logger) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if number != l.number {
		return
	}
	before := l.Level()
	l.reset()
	l.say(context.Background(), logger, "the log's level is as configured again", slog.String("before", nameOf(before)), slog.String("now", nameOf(l.configured)))
}

// say writes a line about the level. The line is written with every configured level.
func (l *Level) say(ctx context.Context, logger *slog.Logger, message string, attributes ...slog.Attr) {
	logger.LogAttrs(ctx, max(slog.LevelWarn, l.configured), message, attributes...)
}

// named returns the level with this name.
func named(name string) (slog.Level, error) {
	for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if name == nameOf(level) {
			return level, nil
		}
	}
	return 0, fmt.Errorf("level must be one of: debug, info, warn, error")
}

// nameOf returns the name of a level, as LOG_LEVEL has it.
func nameOf(level slog.Level) string { return strings.ToLower(level.String()) }
