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

var mediaTypes = map[string]Form{"text/event-stream": Events, "application/x-ndjson": Lines, "application/json": Page}

// FormOf returns the offered form that a client prefers by its Accept header (RFC 9110, 12.5.1). If
// no forms are given, all forms are offered. FormOf returns Page if the client has no preference,
// and problem.ErrNotAcceptable if the client accepts none of the offered forms.
func FormOf(accept string, offered ...Form) (Form, error) {
	if strings.TrimSpace(accept) == "" {
		return Page, nil
	}
	best, quality, found := Page, 0.0, false
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil {
			continue
		}
		q := 1.0
		if text, given := parameters["q"]; given {
			if q, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		form, known := mediaTypes[name]
		if name == "*/*" || name == "application/*" {
			form, known = Page, true
		}
		if name == "text/*" {
			form, known = Events, true
		}
		if known && q > quality && (len(offered) == 0 || slices.Contains(offered, form)) {
			best, quality, found = form, q, true
		}
	}
	if !found {
		return Page, problem.ErrNotAcceptable
	}
	return best, nil
}
