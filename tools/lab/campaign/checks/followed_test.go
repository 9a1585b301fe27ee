//go:build linux

package checks

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/options"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// addFollowed adds three subscribers to a history without violations. The first subscriber follows
// all events. The second subscriber follows the events of the subject "neighbor" after a position.
// The third subscriber follows the row of an account.
func addFollowed(h *history.History) {
	neighbors := slices.IndexFunc(h.Log, func(e history.Event) bool { return e.Version == 1 && !sample.IsPerson(e.Kind) && e.Position > 1 })
	h.Log[neighbors].Subject = sample.Neighbor
	h.Tail = slices.Clone(h.Log)
	delete(h.Listed, h.Log[neighbors].Account)
	head := int64(len(h.Log))
	all := history.Followed{Name: "all", Reached: head, Connections: 1}
	own := history.Followed{Name: "own", Filter: history.Filter{Subject: sample.Neighbor, Types: []string{"account.money_*"}}, After: 1, Reached: head, Connections: 2}
	row := history.Followed{Name: "row", Filter: history.Filter{Subject: sample.Subject, Stream: h.Log[0].Account}, OfRows: true, Reached: head, Connections: 1}
	for _, e := range h.Log {
		shown := history.Shown{Position: e.Position, Is: history.HashOf(e.Id, e.Kind, e.Account, e.Version)}
		all.Events = append(all.Events, shown)
		if e.Account == h.Log[neighbors].Account && e.Delta() != 0 {
			own.Events = append(own.Events, shown)
		}
	}
	row.Rows = []history.Row{{At: 1, Version: 1, Status: "open"}, {At: 4, Version: 2, Balance: 10, Status: "open"}, {At: 4, Version: 2, Balance: 10, Status: "open"}, {At: 9, Version: 4, Status: "closed"}}
	h.Followed = []history.Followed{all, own, row}
}

// This test changes the events and rows that subscribers got, so that each change violates a
// guarantee. The checks must find every violation.
func TestDoctoredSubscribersAreFound(t *testing.T) {
	t.Parallel()
	const all, own, row = 0, 1, 2
	for name, doctored := range map[string]struct {
		check string
		harm  func(f []history.Followed)
	}{
		"a position is missing":              {"followed", func(f []history.Followed) { f[all].Events = slices.Delete(f[all].Events, 3, 4) }},
		"the last position is missing":       {"followed", func(f []history.Followed) { f[all].Events = f[all].Events[:len(f[all].Events)-1] }},
		"the first position is missing":      {"followed", func(f []history.Followed) { f[own].Events = f[own].Events[1:] }},
		"a position came twice":              {"followed", func(f []history.Followed) { f[all].Events = slices.Insert(f[all].Events, 3, f[all].Events[2]) }},
		"two positions changed places":       {"followed", func(f []history.Followed) { e := f[all].Events; e[3], e[4] = e[4], e[3] }},
		"a position of somebody else's":      {"followed", func(f []history.Followed) { f[own].Events = slices.Insert(f[own].Events, 0, f[all].Events[2]) }},
		"a position of another type":         {"followed", func(f []history.Followed) { f[own].Events = slices.Insert(f[own].Events, 0, f[all].Events[1]) }},
		"a position before the first":        {"followed", func(f []history.Followed) { f[all].After = 1 }},
		"a position that the log lacks":      {"followed", func(f []history.Followed) { f[all].Events = append(f[all].Events, history.Shown{Position: 1000}) }},
		"an event that the log lacks":        {"followed", func(f []history.Followed) { f[all].Events[2].Is++ }},
		"the end was not reached":            {"followed", func(f []history.Followed) { f[own].Reached-- }},
		"nobody answered":                    {"followed", func(f []history.Followed) { f[row].Connections = 0 }},
		"a person's text was shown":          {"followed", func(f []history.Followed) { f[all].Said = []string{"a person's text"} }},
		"a row went back":                    {"followed rows", func(f []history.Followed) { f[row].Rows[0], f[row].Rows[1] = f[row].Rows[1], f[row].Rows[0] }},
		"a row is not the fold":              {"followed rows", func(f []history.Followed) { f[row].Rows[1].Balance++ }},
		"a row is ahead of its position":     {"followed rows", func(f []history.Followed) { f[row].Rows[1].At = 2 }},
		"the last row is not the table's":    {"followed rows", func(f []history.Followed) { f[row].Rows = f[row].Rows[:3] }},
		"the row is another account's":       {"followed rows", func(f []history.Followed) { f[row].Filter.Stream = uuid.New() }},
		"there was no subscriber of a row":   {"followed rows", func(f []history.Followed) { f[row].OfRows = false }},
		"the subscribers of events got none": {"followed", func(f []history.Followed) { f[all].Events, f[own].Events = nil, nil }},
	} {
		finds(t, name, doctored.check, func(h *history.History) { doctored.harm(h.Followed) })
	}
}

// A subscriber that gets log_changed begins again at the beginning of the log. The checks then
// compare only the events that the subscriber got since it began again.
func TestASubscriberThatBeganAgainHasAll(t *testing.T) {
	t.Parallel()
	h := lost()
	h.Followed[0].Restarts++
	h.ForgetLost()
	for _, v := range Check(h, options.Lossy) {
		if v.Count > 0 {
			t.Errorf("%s: %v", v.Name, v.Violations)
		}
	}
}
