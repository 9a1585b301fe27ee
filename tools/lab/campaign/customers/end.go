//go:build linux

package customers

import (
	"math"
	"net/http"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// PeopleAtTheEnd checks the customers at the end of a run. A customer who was not erased must have
// the latest contact (name and address) and exactly one encryption key. A search must find such a
// customer only by the latest address. An erased customer must have no key, and no answer may
// contain the contact of an erased customer. No search may find an erased customer. No other
// encryption key may exist, because refused and repeated commands must leave no key.
func PeopleAtTheEnd(e *evidence.Evidence, v *evidence.Verdict) {
	seen, rows, living, gone := seenAtTheEnd(e, v), e.History.Persons, 0, 0
	for id, stream := range e.Streams {
		if !sample.IsPerson(stream[0].Kind) {
			continue
		}
		v.Looked++
		if !seen[id] {
			v.Violated("nobody has read customer %s at the end", id)
		}
		isGone := history.IsErased(stream)
		if isGone {
			gone++
		} else {
			living++
		}
		if rows.Persons[id] == isGone || (rows.Lookups[id] == 1) == isGone || rows.Erased[id] != isGone || rows.Erasures[id] != isGone {
			v.Violated("customer %s (erased: %v) has a key: %v, %d look-ups, a row that says erased: %v, and beside the log: %v",
				id, isGone, rows.Persons[id], rows.Lookups[id], rows.Erased[id], rows.Erasures[id])
		}
	}
	if len(rows.Persons) != living || len(rows.Lookups) != living || len(rows.Erased) != gone || len(rows.Erasures) != gone {
		v.Violated("%d customers live and %d are erased; there are keys of %d, look-ups of %d, and rows that say erased of %d and %d",
			living, gone, len(rows.Persons), len(rows.Lookups), len(rows.Erased), len(rows.Erasures))
	}
}

// seenAtTheEnd compares the answers at the end of the run with the log, and returns the customers
// in these answers.
func seenAtTheEnd(e *evidence.Evidence, v *evidence.Verdict) map[uuid.UUID]bool {
	contacts, seen := contacts(e), make(map[uuid.UUID]bool)
	for _, r := range e.History.People {
		if !r.Last {
			continue
		}
		if r.Status != http.StatusOK {
			v.Violated("customer %s can't be read at the end: %d", r.Customer, r.Status)
			continue
		}
		r.Done = math.MaxInt64 // no command was sent after this read
		seen[r.Customer] = seen[r.Customer] || r.Of == answers.OfPersonItself
		showsPerson(e, v, r, contacts)
		if r.Of != answers.OfLookUp && !history.IsErased(e.Streams[r.Customer]) && r.State != "registered" {
			v.Violated("customer %s lives, and is shown as %s", r.Customer, r.State)
		}
	}
	return seen
}
