package live

import (
	"mime"
	"slices"
	"strconv"
	"strings"

	"example.com/pgcqrs/engine/edge/problem"
)

// Form is the format of an answer with events.
type Form int

// The forms of an answer.
const (
	Page   Form = iota // one page, application/json
	Events             // server-sent events, text/event-stream (HTML Living Standard, 9.2)
	Lines              // one JSON value per line, application/x-ndjson
)

// mediaTypes has the media type of each form. If a client prefers several forms equally, FormOf
// returns the form whose media range comes first in the Accept header. If one media range matches
// all these forms, FormOf returns the form that comes first in this list.
var mediaTypes = []string{Page: "application/json", Events: "text/event-stream", Lines: "application/x-ndjson"}

// FormOf returns the offered form that a client prefers by its Accept header (RFC 9110, 12.5.1). If
// no forms are given, all forms are offered. FormOf returns Page if the client has no preference,
// and problem.ErrNotAcceptable if the client accepts none of the offered forms.
func FormOf(accept string, offered ...Form) (Form, error) {
	if strings.TrimSpace(accept) == "" {
		return Page, nil
	}
	ranges, best, found := rangesOf(accept), match{}, Form(-1)
	for form := range Form(len(mediaTypes)) {
		if len(offered) > 0 && !slices.Contains(offered, form) {
			continue
		}
		if m := ranges.match(mediaTypes[form]); m.quality > 0 && (found < 0 || m.quality > best.quality || m.quality == best.quality && m.index < best.index) {
			best, found = m, form
		}
	}
	if found < 0 {
		return Page, problem.ErrNotAcceptable
	}
	return found, nil
}

// ranges are the media ranges of an Accept header, in their order.
type ranges []mediaRange

type mediaRange struct {
	name    string
	quality float64
}

// match has the quality that a client gives to a media type, and the media range that gives this
// quality.
type match struct {
	quality  float64
	specific int // 3: the type itself; 2: type/*; 1: */*; 0: no range
	index    int
}

// match returns the quality of a media type. If several ranges match the type, the range that names
// the type most exactly decides.
func (r ranges) match(mediaType string) (best match) {
	group, _, _ := strings.Cut(mediaType, "/")
	for i, one := range r {
		specific := slices.Index([]string{"*/*", group + "/*", mediaType}, one.name) + 1
		if specific > best.specific {
			best = match{one.quality, specific, i}
		}
	}
	return best
}

// rangesOf decodes an Accept header. A range that is not valid is left out.
func rangesOf(accept string) (all ranges) {
	quoted := false
	parts := strings.FieldsFunc(accept, func(c rune) bool {
		if c == '"' {
			quoted = !quoted
		}
		return c == ',' && !quoted
	})
	for _, part := range parts {
		name, parameters, err := mime.ParseMediaType(strings.TrimSpace(part))
		quality := 1.0
		if text, given := parameters["q"]; given && err == nil {
			quality, err = strconv.ParseFloat(text, 64)
		}
		if err == nil && quality >= 0 && quality <= 1 {
			all = append(all, mediaRange{name, quality})
		}
	}
	return all
}
