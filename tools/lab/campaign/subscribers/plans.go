//go:build linux

package subscribers

import (
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// form is the form in which a subscriber requests the answer, such as server-sent events or pages
// of JSON.
type form int

const (
	events form = iota // server-sent events
	lines              // NDJSON
	export             // NDJSON with follow=false, again and again
	pages              // JSON pages
	row                // the row of an account, as server-sent events
)

// accept returns the header Accept that asks for the form.
func (f form) accept() string {
	return []string{"text/event-stream", "application/x-ndjson", "application/x-ndjson", "application/json", "text/event-stream"}[f]
}

// start is the position at which a subscriber begins.
type start int

const (
	fromZero start = iota
	fromNow
	fromMiddle // half of the log's length when the subscriber begins
)

// plan describes the requests of a subscriber.
type plan struct {
	name    string
	form    form
	start   start
	subject string
	operate bool     // the token has the scope operate
	types   []string // none: all types
	of      string   // follows only the first account of this subject; "": all streams
	direct  bool     // asks for /v1/accounts/{id}/events instead of /v1/feed
	expires bool     // the tokens expire within seconds
}

// plans returns the plans of all subscribers. Each form of a request, each filter, each start and
// each subject is used by at least one plan.
func plans() []plan {
	return []plan{
		{name: "all as events from 0", form: events, subject: sample.Stranger, operate: true},
		{name: "all as lines from now", form: lines, start: fromNow, subject: sample.Stranger, operate: true, expires: true},
		{name: "all as pages from 0", form: pages, subject: sample.Stranger, operate: true},
		{name: "exports of all from a position", form: export, start: fromMiddle, subject: sample.Stranger, operate: true},
		{name: "the subject's as events from now", form: events, start: fromNow, subject: sample.Subject, expires: true},
		{name: "the subject's movements as lines from a position", form: lines, start: fromMiddle, subject: sample.Subject, types: []string{"account.money_*"}},
		{name: "the subject's closings and erasures as pages from 0", form: pages, subject: sample.Subject, types: []string{sample.Closed, sample.Erased}},
		{name: "the subject's transfers as lines from 0", form: lines, subject: sample.Subject, types: []string{"transfer.*"}},
		{name: "the neighbor's as events from 0", form: events, subject: sample.Neighbor},
		{name: "the neighbor's openings as lines from now", form: lines, start: fromNow, subject: sample.Neighbor, types: []string{sample.Opened}},
		{name: "all of customers as events from a position", form: events, start: fromMiddle, subject: sample.Stranger, operate: true, types: []string{"customer.*"}},
		{name: "an account in the feed as lines from 0", form: lines, subject: sample.Stranger, operate: true, of: sample.Neighbor},
		{name: "an account's events as events from 0", form: events, subject: sample.Subject, of: sample.Subject, direct: true},
		{name: "the neighbor's account's events as lines from now", form: lines, start: fromNow, subject: sample.Neighbor, of: sample.Neighbor, direct: true},
		{name: "the stranger's as events from 0", form: events, subject: sample.Stranger},
		{name: "an account's row", form: row, subject: sample.Subject, of: sample.Subject, direct: true},
		{name: "the neighbor's account's row", form: row, subject: sample.Neighbor, of: sample.Neighbor, direct: true, expires: true},
	}
}
