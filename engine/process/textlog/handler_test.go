package textlog

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/slogtest"
	"time"
)

var at = time.Date(2026, 11, 29, 1, 2, 3, 4e6, time.UTC)

// lineOf returns what is written for a record.
func lineOf(t *testing.T, coloured bool, level slog.Level, message string, attributes ...any) string {
	t.Helper()
	var out bytes.Buffer
	r := slog.NewRecord(at, level, message, 0)
	r.Add(attributes...)
	if err := New(&out, slog.LevelDebug, coloured).Handle(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The time, the level and the message have columns. A value is quoted if it is not one word.
func TestLinesHaveColumns(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"01:02:03.004 INFO  ended\n": lineOf(t, false, slog.LevelInfo, "ended"),
		"01:02:03.004 INFO  request                          status=200 route=/v1\n":    lineOf(t, false, slog.LevelInfo, "request", "status", 200, "route", "/v1"),
		"01:02:03.004 ERROR request failed                   error=\"a b\" none=\"\"\n": lineOf(t, false, slog.LevelError, "request failed", "error", errors.New("a b"), "none", ""),
		"01:02:03.004 WARN  a message that is longer than its column x=1s y.z=true\n":   lineOf(t, false, slog.LevelWarn, "a message that is longer than its column", "x", time.Second, slog.Group("y", "z", true)),
		"01:02:03.004 DEBUG é                                ids=\"[a b]\" k=\"a=b\"\n": lineOf(t, false, slog.LevelDebug, "é", "ids", []string{"a", "b"}, "k", "a=b"),
	} {
		if got != want {
			t.Errorf("got\n%s, want\n%s", got, want)
		}
	}
}

// A record is one line, and no text can control the terminal: line breaks, escape sequences,
// characters that change the direction of writing, and bytes that are not UTF-8 are escaped, in the
// message, in keys and in values.
func TestNothingLeavesItsLine(t *testing.T) {
	t.Parallel()
	for nasty, escaped := range map[string]string{
		"\n": `\n`, "\r": `\r`, "\t": `\t`, "\x00": `\x00`, "\x1b[2J": `\x1b[2J`, "\u009b": `\u009b`,
		"\u2028": `\u2028`, "\u202e": `\u202e`, "\xff": `\xff`, "\ufffd": "\ufffd",
	} {
		line := lineOf(t, false, slog.LevelInfo, "a"+nasty, "value", "b"+nasty, "c"+nasty, 1, "error", errors.New("d"+nasty))
		if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") || nasty != escaped && strings.Contains(line[:len(line)-1], nasty) {
			t.Errorf("%q: got %q", nasty, line)
		}
		for _, place := range []string{"INFO  a", "b", "c", "d"} {
			if !strings.Contains(line, place+escaped) {
				t.Errorf("%q: %q is missing in %q", nasty, place+escaped, line)
			}
		}
	}
}

// With colours, the text of a line is the same.
func TestColoursAreAround(t *testing.T) {
	t.Parallel()
	coloured := lineOf(t, true, slog.LevelError, "request failed", "status", 500, "error", "a b")
	if !strings.Contains(coloured, red+"ERROR"+plain) || !strings.Contains(coloured, faint+"status="+plain+"500") || !strings.Contains(coloured, red+`"a b"`+plain) {
		t.Errorf("got %q", coloured)
	}
	for _, code := range []string{plain, faint, red, green, amber} {
		coloured = strings.ReplaceAll(coloured, code, "")
	}
	if want := lineOf(t, false, slog.LevelError, "request failed", "status", 500, "error", "a b"); coloured != want {
		t.Errorf("got %q, want %q", coloured, want)
	}
}

// The Handler does what every slog.Handler must do, and drops records below its level.
func TestHandlerConforms(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	slogtest.Run(t, func(*testing.T) slog.Handler {
		out.Reset()
		return New(&out, slog.LevelInfo, false)
	}, func(t *testing.T) map[string]any { return parsed(t, out.String()) })
	if New(&out, slog.LevelWarn, false).Enabled(t.Context(), slog.LevelInfo) {
		t.Error("a line below the level is written")
	}
}

// parsed returns the parts of a line as slogtest wants them.
func parsed(t *testing.T, line string) map[string]any {
	t.Helper()
	found := make(map[string]any)
	if _, err := time.Parse("15:04:05.000", line[:min(12, len(line))]); err == nil {
		found[slog.TimeKey], line = line[:12], line[13:]
	}
	found[slog.LevelKey], found[slog.MessageKey] = strings.TrimSpace(line[:5]), strings.Fields(line[6:])[0]
	for _, pair := range strings.Fields(line[6:])[1:] {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			continue // another word of the message
		}
		within, names := found, strings.Split(key, ".")
		for _, name := range names[:len(names)-1] {
			inner, ok := within[name].(map[string]any)
			if !ok {
				inner = make(map[string]any)
				within[name] = inner
			}
			within = inner
		}
		within[names[len(names)-1]] = value
	}
	return found
}
