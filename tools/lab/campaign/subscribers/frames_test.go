//go:build linux

package subscribers

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/lab/campaign/history"
)

const (
	firstEvents = "retry: 1000\n\n" +
		"id: 3\nevent: position\ndata: {\"position\":\"3\"}\n\n" +
		"id: 5\nevent: account.opened\ndata: {\"position\":\"5\",\"type\":\"account.opened\",\"version\":1}\n\n" +
		"id: 7\nevent: account.closed\ndata: {\"position\":\"7\",\"type\":\"account.closed\",\"version\":2}\n"
	firstLines = "{\"position\":\"3\"}\n" +
		"{\"position\":\"5\",\"type\":\"account.opened\",\"version\":1}\n" +
		"{\"position\":\"7\",\"type\":\"account.closed\",\"version\":2}"
	endOfEvents = "\nid: 8\nevent: end\ndata: {\"code\":\"draining\",\"position\":\"8\"}\n\n"
	endOfLines  = "\n{\"end\":{\"code\":\"draining\",\"position\":\"8\"}}\n"
)

func newSubscriber(f form) *subscriber {
	return &subscriber{plan: plan{form: f}, random: rand.New(rand.NewPCG(1, 1)), got: history.Followed{Ends: make(map[string]int)}}
}

// A subscriber accepts a message only when the message is complete. The first message tells the
// subscriber its first position.
func TestOnlyAWholeMessageIsTaken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		form             form
		answer, ended    string
		events           int
		position, before int64
	}{
		{events, firstEvents, "broken", 1, 5, 3},
		{lines, firstLines, "broken", 1, 5, 3},
		{events, firstEvents + endOfEvents, "draining", 2, 8, 3},
		{lines, firstLines + endOfLines, "draining", 2, 8, 3},
		{lines, strings.SplitAfter(firstLines, "\n")[1], "broken", 1, 5, 4},
	} {
		s := newSubscriber(c.form)
		ended := s.read(strings.NewReader(c.answer), func() {})
		if ended != c.ended || len(s.got.Events) != c.events || s.position != c.position || s.got.After != c.before || len(s.got.Said) > 0 {
			t.Errorf("%q: %s with %d events up to %d, after %d, %v", c.answer, ended, len(s.got.Events), s.position, s.got.After, s.got.Said)
		}
	}
}

// A subscriber itself reports some violations, because the events and rows that it records do not
// show them.
func TestAWrongMessageIsNoticed(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"a position that went back": "id: 3\nevent: position\ndata: {\"position\":\"3\"}\n\nid: 2\nevent: position\ndata: {\"position\":\"2\"}\n\n",
		"another id":                "id: 4\nevent: a\ndata: {\"position\":\"3\",\"type\":\"a\"}\n\n",
		"another name":              "id: 3\nevent: b\ndata: {\"position\":\"3\",\"type\":\"a\"}\n\n",
		"no JSON":                   "id: 3\nevent: a\ndata: {\n\n",
		"an end without an end":     "id: 3\nevent: end\ndata: {\"code\":\"complete\",\"position\":\"3\"}\n\n",
	} {
		s := newSubscriber(events)
		if s.read(strings.NewReader(answer), func() {}); len(s.got.Said) != 1 {
			t.Errorf("%s: %v", name, s.got.Said)
		}
	}
}

// After log_changed a subscriber begins again at 0, and its list is empty.
func TestASubscriberBeginsAgain(t *testing.T) {
	t.Parallel()
	s := newSubscriber(events)
	s.read(strings.NewReader(firstEvents+strings.Replace(endOfEvents, "draining", "log_changed", 1)), func() {})
	if len(s.got.Events) > 0 || s.position != 0 || s.got.After != 0 || s.got.Restarts != 1 {
		t.Errorf("%+v", s.got)
	}
}

// Each form of a request, each start, each filter and each subject is used by at least one plan. No
// two plans have the same name.
func TestThePlansDiffer(t *testing.T) {
	t.Parallel()
	var names, kinds []string
	for _, p := range plans() {
		names = append(names, p.name)
		kinds = append(kinds, fmt.Sprint("form ", p.form), fmt.Sprint("start ", p.start), "subject "+p.subject, fmt.Sprint("operate ", p.operate), fmt.Sprint("types ", len(p.types) > 0), fmt.Sprint("stream ", p.of != ""), fmt.Sprint("direct ", p.direct))
	}
	slices.Sort(names)
	slices.Sort(kinds)
	if len(slices.Compact(names)) != len(plans()) || len(slices.Compact(kinds)) != 5+3+3+2+2+2+2 {
		t.Errorf("%v, %v", names, kinds)
	}
}
