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
	// lateAtMost is the largest allowed delay of a timer while processes die, freeze or lose their
	// connections. Another process takes over the jobs of a frozen process within 9 s, and several
	// processes may fail one after another.
	lateAtMost = 30 * time.Second
	// calmLate is the largest allowed delay of a timer if neither a projector nor PostgreSQL had a
	// fault. The check adds the time limit of a command to calmLate, because a busy machine delays
	// both commands and timers.
	calmLate = 5 * time.Second
	// calmBefore is the time for which a fault may still have an effect after its end. A fault that
	// ended longer than this before the request does not count.
	calmBefore = 12 * time.Second
)

// Timers checks the timers that have fired: the timers of expired transfers. By the database's
// clock, a timer is due at the time at which the request was recorded, plus the result of
// PatienceOf. No timer may fire before it is due, and each timer must fire soon after. Periods in
// which PostgreSQL could not work, or no projector was ready, do not count. If the database's clock
// was changed meanwhile, the check ignores the timer.
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

// away returns for how long, between two times, no process could execute the jobs of the workflow,
// because PostgreSQL could not work or no projector was ready. A period in which both were true
// counts twice.
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

// overlap returns how long two periods overlap.
func overlap(from, to, otherFrom, otherTo time.Duration) time.Duration {
	return max(0, min(to, otherTo)-max(from, otherFrom))
}

// isCalm reports whether there was no fault between two times, except faults of subscribers, API
// processes, the broker and the issuer.
func isCalm(spans []history.Span, from, to time.Duration) bool {
	return !slices.ContainsFunc(spans, func(s history.Span) bool {
		return s.From <= to && s.To+hits.Recovery >= from && !hits.SparesWorkers(s.Kind)
	})
}
