// Package cut removes parts of a text. The parts are either lines, each with the block that the
// line begins, or marked parts of documents.
package cut

import (
	"regexp"
	"strings"
)

// Lines removes each matching line together with the block that the line begins. The block is the
// code in brackets, the lines below a YAML key, the section below a heading, or the paragraph that
// begins with the line.
func Lines(text string, lines *regexp.Regexp) string {
	var kept []string
	inside := func(string) bool { return false }
	for line := range strings.SplitSeq(text, "\n") {
		if inside(line) {
			continue
		}
		inside = func(string) bool { return false }
		if !lines.MatchString(line) {
			kept = append(kept, line)
			continue
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		switch {
		case strings.HasPrefix(line, "**"):
			ended := false
			inside = func(next string) bool {
				was := ended
				ended = next == ""
				return !was
			}
		case strings.HasPrefix(line, "## "):
			inside = func(next string) bool { return !strings.HasPrefix(next, "## ") }
		case strings.HasSuffix(line, ":"):
			inside = func(next string) bool { return next == "" || strings.HasPrefix(next, indent+" ") }
		case strings.HasSuffix(line, "{"):
			closed := false
			inside = func(next string) bool {
				open := !closed
				closed = strings.HasPrefix(next, indent+"}")
				return open
			}
		}
	}
	return strings.Join(kept, "\n")
}
