package textlog

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Colours of a terminal.
const (
	plain = "\x1b[0m"
	faint = "\x1b[2m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	amber = "\x1b[33m"
)

// style says whether a line has colours.
type style bool

// colour appends a text in a colour, or without a colour if the style has no colours.
func (s style) colour(line []byte, colour, text string) []byte {
	if !s || colour == plain {
		return append(line, text...)
	}
	return append(append(append(line, colour...), text...), plain...)
}

// appendAttr appends an attribute as " key=value". The attributes of a group are appended one by
// one, with the name of the group before each key.
func (s style) appendAttr(line []byte, group string, a slog.Attr) []byte {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if a.Key != "" {
			group += a.Key + "."
		}
		for _, member := range value.Group() {
			line = s.appendAttr(line, group, member)
		}
		return line
	}
	if a.Equal(slog.Attr{}) {
		return line // slog ignores an empty attribute
	}
	line = append(line, ' ')
	line = s.colour(line, faint, quoted(group+a.Key)+"=")
	colour := plain
	if a.Key == "error" {
		colour = red
	}
	return s.colour(line, colour, quoted(textOf(value)))
}

// textOf returns the text of a value.
func textOf(value slog.Value) string {
	switch value.Kind() {
	case slog.KindTime:
		return value.Time().Format(time.RFC3339Nano)
	case slog.KindAny:
		return fmt.Sprint(value.Any()) // calls Error or String, and survives a panic in them
	default:
		return value.String()
	}
}

// quoted returns a text unchanged if it is one word, and otherwise in quotes, with escapes.
func quoted(text string) string {
	isPart := func(r rune) bool { return r == ' ' || r == '"' || r == '=' || !isPrintable(r) }
	if text == "" || strings.ContainsFunc(text, isPart) {
		return strconv.Quote(text)
	}
	return text
}

// appendMessage appends a message. If the message has characters that can't be printed, they are
// escaped.
func appendMessage(line []byte, message string) []byte {
	if !strings.ContainsFunc(message, func(r rune) bool { return !isPrintable(r) }) {
		return append(line, message...)
	}
	escaped := strconv.Quote(message)
	return append(line, escaped[1:len(escaped)-1]...)
}

// isPrintable reports whether a character may be written as it is. Bytes that are not UTF-8 are
// escaped, and so is the character that stands for them.
func isPrintable(r rune) bool { return unicode.IsPrint(r) && r != unicode.ReplacementChar }
