//go:build linux

package customers

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// AddressesWereTaken checks each refusal which says that another customer has the address. Between
// the request and the answer, there must have been a moment at which two conditions were true:
// another customer of the subject had the address, and the command was otherwise possible for its
// customer.
func AddressesWereTaken(e *evidence.Evidence, v *evidence.Verdict) {
	had, moments := tenures(e), momentsOf(e)
	for _, c := range e.History.Calls {
		if c.Code != answers.Taken {
			continue
		}
		v.Looked++
		first, last := moments.during(c)
		from, to := accepts(c.Command.Kind, e.Streams[c.Command.Account])
		wants := owned{c.Command.Subject, sample.AddressOf(c.Command.Key)}
		possible := slices.ContainsFunc(had[wants], func(t tenure) bool {
			return t.customer != c.Command.Account && max(first, from, t.from) <= min(last, to-1, t.to-1)
		})
		if !possible {
			v.Violated("%s %s of customer %s was refused because of its address; from position %d to %d, no other customer of %q had the address, or the command was not allowed anyway",
				c.Command.Kind, c.Command.Key, c.Command.Account, first, last, c.Command.Subject)
		}
	}
}

// moments contains bounds for the time at which each event was recorded. An event was recorded
// after the command was sent, and before the answer came.
type moments struct {
	answered []moment // in the order of their times: the highest position that was recorded until then
	sent     []moment // in the order of their times: the lowest position that was recorded after then
	head     int64
}

type moment struct {
	at       time.Duration
	position int64
}

// momentsOf returns the moments for the events of all commands that took effect.
func momentsOf(e *evidence.Evidence) moments {
	m := moments{head: int64(len(e.History.Log))}
	for key, caused := range e.Caused {
		calls := e.ByKey[key]
		if len(calls) == 0 {
			continue // another check reports the event without a command
		}
		m.sent = append(m.sent, moment{answers.SentFirst(calls), caused[0].Position})
		if n := slices.IndexFunc(calls, answers.Call.Succeeded); n >= 0 {
			m.answered = append(m.answered, moment{calls[n].Done, caused[len(caused)-1].Position})
		}
	}
	byTime := func(a, b moment) int { return cmp.Compare(a.at, b.at) }
	slices.SortFunc(m.answered, byTime)
	slices.SortFunc(m.sent, byTime)
	for n := 1; n < len(m.answered); n++ {
		m.answered[n].position = max(m.answered[n].position, m.answered[n-1].position)
	}
	for n := len(m.sent) - 2; n >= 0; n-- {
		m.sent[n].position = min(m.sent[n].position, m.sent[n+1].position)
	}
	return m
}

// during returns the first and the last position that may have been the log's end during a call.
func (m moments) during(c answers.Call) (first, last int64) {
	last = m.head
	if n := sort.Search(len(m.answered), func(i int) bool { return m.answered[i].at >= c.Sent }); n > 0 {
		first = m.answered[n-1].position
	}
	if n := sort.Search(len(m.sent), func(i int) bool { return m.sent[i].at > c.Done }); n < len(m.sent) {
		last = m.sent[n].position - 1
	}
	return first, last
}
