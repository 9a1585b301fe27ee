package textlog

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
	"unicode/utf8"
)

// messageWidth is the width of the column with the message. The attributes of longer messages begin
// further to the right.
const messageWidth = 32

// Handler is a slog.Handler that writes each record as one line.
type Handler struct {
	out        *output
	level      slog.Leveler
	style      style
	attributes []byte // the attributes of WithAttrs, as they are written
	group      string // prefix of keys, such as "request."
}

// output writes one line at a time.
type output struct {
	mu sync.Mutex
	to io.Writer
}

// New returns a Handler that writes records of at least the given level.
func New(to io.Writer, level slog.Leveler, coloured bool) *Handler {
	return &Handler{out: &output{to: to}, level: level, style: style(coloured)}
}

// Enabled reports whether records of the level are written.
func (h *Handler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level.Level() }

// Handle writes a record.
func (h *Handler) Handle(_ context.Context, r slog.Record) error {
	line := make([]byte, 0, 256)
	if !r.Time.IsZero() {
		line = h.style.colour(line, faint, r.Time.Format("15:04:05.000"))
		line = append(line, ' ')
	}
	line = h.style.colour(line, colourOf(r.Level), nameOf(r.Level))
	line = append(line, ' ')
	began := len(line)
	line = appendMessage(line, r.Message)
	width := utf8.RuneCount(line[began:])
	end := len(line)
	line = append(line, h.attributes...)
	r.Attrs(func(a slog.Attr) bool {
		line = h.style.appendAttr(line, h.group, a)
		return true
	})
	if len(line) > end && width < messageWidth {
		line = slices.Insert(line, end, slices.Repeat([]byte{' '}, messageWidth-width)...)
	}
	line = append(line, '\n')
	h.out.mu.Lock()
	defer h.out.mu.Unlock()
	_, err := h.out.to.Write(line)
	return err
}

// WithAttrs returns a Handler that adds attributes to each line.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	with.attributes = slices.Clone(h.attributes)
	for _, a := range attrs {
		with.attributes = h.style.appendAttr(with.attributes, h.group, a)
	}
	return &with
}

// WithGroup returns a Handler that puts the name of a group before each key.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	with := *h
	with.group += name + "."
	return &with
}

// nameOf returns the name of a level in five characters.
func nameOf(level slog.Level) string {
	name := level.String()
	for len(name) < len("ERROR") {
		name += " "
	}
	return name
}

func colourOf(level slog.Level) string {
	switch {
	case level >= slog.LevelError:
		return red
	case level >= slog.LevelWarn:
		return amber
	case level >= slog.LevelInfo:
		return green
	}
	return faint
}
