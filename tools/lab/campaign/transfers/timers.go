//go:build linux

package transfers

import (
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/hits"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

const (
	// lateAtMost bounds how late a timer fires while processes die, freeze and are cut off. Others
	// take over the jobs of a frozen process within 9 s, and it may be the turn of several.
	lateAtMost = 30 * time.Second
	// calmLate bounds how late a timer fires if no process that does its work had a fault. The time
	// in which a command must be answered is added, which says how busy the machine may be.
	calmLate = 5 * time.Second
	// calmBefore is how long before the request a fault may still have an effect.
	calmBefore = 12 * time.Second
)

// Timers checks the timers that have fired: those of transfers that have expired. A timer is due at
// the time at which the request was recorded, and the patience later, by the database's clock. No
// timer may fire earlier. It must fire soon after; the times in which PostgreSQL could not work do
// not count. If somebody has changed the database's clock meanwhile, the check does not say how
// late the timer was.
func Timers(e *evidence.Evidence, v *evidence.Verdict) {
	for id, events := range e.Transfers {
		n := slices.IndexFunc(events, func(r history.Event) bool { return r.Kind == sample.Expired })
		calls := e.ByKey[events[0].Key]
		if n < 0 || events[0].Kind != sample.Requested || len(calls) == 0 {
			continue
		}
		v.Looked++
		sent, seen := answers.SentFirst(calls), e.History.Took
		if at, ok := e.History.SeenAt(events[n].Position); ok {
			seen = at
		}
		late := time.Duration(events[n].Recorded-events[0].Recorded)*time.Microsecond - sample.PatienceOf(id)
		changed := clockChanged(e.History, sent, seen)
		if late < 0 && !changed {
			v.Violated("the timer of transfer %s has fired %v early, at position %d", id, -late, events[n].Position)
		}
		if changed {
			continue
		}
		most, why := lateAtMost+away(e.History, sent, seen), "faults"
		switch {
		case e.History.Slowest == 0: // the machine may be as busy as it likes
			most += lateAtMost
		case isCalm(e.History.Spans, sent-calmBefore, seen):
			most, why = calmLate+e.History.Slowest, "no faults"
		}
		if most += e.History.LateAt(sent, seen); late > most {
			v.Violated("the timer of transfer %s has fired %v late, at position %d, and there were %s", id, late, events[n].Position, why)
		}
	}
}

// clockChanged reports whether the database's clock was changed between two times.
func clockChanged(h *history.History, from, to time.Duration) bool {
	return slices.ContainsFunc(h.Clock, func(c history.ClockOff) bool { return c.From <= to && c.To >= from })
}

// away returns for how long nobody could do the work of the workflow between two times: PostgreSQL
// could not work, or no projector was ready. A time that has both reasons counts twice.
func away(h *history.History, from, to time.Duration) (all time.Duration) {
	for _, s := range h.Spans {
		if slices.Contains(hits.Everybody, s.Kind) {
			all += overlap(from, to, s.From, s.To+hits.Recovery)
		}
	}
	for _, u := range h.Unattended {
		all += overlap(from, to, u.From, u.To+hits.Recovery)
	}
	return all
}

// overlap returns how long two times overlap.
func overlap(from, to, otherFrom, otherTo time.Duration) time.Duration {
	return max(0, min(to, otherTo)-max(from, otherFrom))
}

// isCalm reports whether there was no fault between two times, except those of clients, APIs, the
// broker and the issuer.
func isCalm(spans []history.Span, from, to time.Duration) bool {
	return !slices.ContainsFunc(spans, func(s history.Span) bool {
		return s.From <= to && s.To+hits.Recovery >= from && !hits.SparesWorkers(s.Kind)
	})
}
