//go:build linux

package main

import (
	"math"
	"net/http"
	"slices"
	"sort"
	"time"

	"github.com/google/uuid"
)

// peopleAreFolds sees that what was read of customers, all the while, is the fold of the log.
func peopleAreFolds(e *evidence, v *verdict) {
	contacts := e.contacts()
	for _, r := range e.people {
		if !r.last && r.status != 0 {
			e.showsPerson(v, r, contacts)
		}
	}
}

// contacts returns whose contact each key is.
func (e *evidence) contacts() map[uuid.UUID]event {
	all := make(map[uuid.UUID]event)
	for _, recorded := range e.log {
		if recorded.kind == registered || recorded.kind == changed {
			all[recorded.key] = recorded
		}
	}
	return all
}

// showsPerson compares an answer with the customer's events up to its position. Since the key goes at once, and a read
// model follows, it may show less of an erased person than the fold, and never more.
func (e *evidence) showsPerson(v *verdict, r personRead, contacts map[uuid.UUID]event) {
	stream := e.streams[r.customer]
	count := sort.Search(len(stream), func(i int) bool { return stream[i].position > r.at })
	if r.of == ofLookUp {
		if r.status == http.StatusOK {
			v.Looked++
			e.finds(v, r, contacts)
		}
		return
	}
	switch {
	case r.status == http.StatusNotFound:
		if v.Looked++; r.min > 0 && len(stream) > 0 && stream[0].position <= r.min {
			v.violated("customer %s is registered at %d, and was not found as of %d", r.customer, stream[0].position, r.min)
		}
	case r.status == http.StatusOK:
		v.Looked++
		key, there := contactAfter(stream[:count])
		hidden, gone := r.state == "erased" && r.text == (digest{}), e.mayBeGone(stream, r.done)
		right := hidden && gone || r.state == "registered" && there && r.text == contactOf(key)
		if r.at < r.min || r.version != int64(count) || !right {
			v.violated("customer %s as of %d (at least %d) is shown as %s, version %d; the log has %d events then, erased: %v, and another contact or none",
				r.customer, r.at, r.min, r.state, r.version, count, isErased(stream[:count]))
		}
		if r.of == ofExport {
			exports(v, r, stream, count, gone)
		}
	}
}

// exports compares the events of an export with those of the log. There may be more than its position says.
func exports(v *verdict, r personRead, stream []event, count int, gone bool) {
	if len(r.events) > len(stream) || len(r.events) < count && !r.some {
		v.violated("the export of customer %s as of %d has %d events, and the log %d", r.customer, r.at, len(r.events), count)
		return
	}
	for n, text := range r.events {
		none := text == (digest{})
		if !(none && (stream[n].kind == erased || gone) || stream[n].kind != erased && text == contactOf(stream[n].key)) {
			v.violated("the export of customer %s has another contact in version %d", r.customer, n+1)
		}
	}
}

// finds sees that a look-up has found whoever has the address as of its position, and nobody else.
func (e *evidence) finds(v *verdict, r personRead, contacts map[uuid.UUID]event) {
	has, known := contacts[r.contact]
	for _, id := range r.found {
		stream := e.streams[id]
		key, there := contactAfter(stream[:sort.Search(len(stream), func(i int) bool { return stream[i].position > r.at })])
		if r.by == stranger || !there || key != r.contact {
			v.violated("a look-up of %s as of %d has found customer %s, who does not have the address then", r.by, r.at, id)
		}
	}
	if !known || r.by == stranger || has.position > r.min || r.some || e.changedBefore(has, r.done) {
		return
	}
	if !slices.Equal(r.found, []uuid.UUID{has.account}) {
		v.violated("a look-up as of %d has found %d customers; customer %s has the address since %d", r.at, len(r.found), has.account, has.position)
	}
}

// mayBeGone says that an erasure may have happened before a time.
func (e *evidence) mayBeGone(stream []event, before time.Duration) bool {
	n := slices.IndexFunc(stream, func(e event) bool { return e.kind == erased })
	return n == 0 || n > 0 && e.changedBefore(stream[n-1], before)
}

// changedBefore says that what follows an event in its stream may have happened before a time.
func (e *evidence) changedBefore(at event, before time.Duration) bool {
	stream := e.streams[at.account]
	if at.version >= int64(len(stream)) {
		return false
	}
	calls := e.byKey[stream[at.version].key]
	return len(calls) == 0 || sentFirst(calls) <= before
}

// keyRows are the tables of keys at the end, by person.
type keyRows struct {
	persons  map[uuid.UUID]bool
	lookups  map[uuid.UUID]int
	erased   map[uuid.UUID]bool
	erasures map[uuid.UUID]bool // beside the log
}

// peopleAtTheEnd sees that everybody is as the log says once all is over: who lives has the last contact, is found by
// its address and by no other one, and has one key; who was erased shows nothing, is found by nobody, and has none. Nobody else
// has one: what was refused or replayed has left nothing.
func peopleAtTheEnd(e *evidence, v *verdict) {
	seen, rows, living, gone := e.seenAtTheEnd(v), e.persons, 0, 0
	for id, stream := range e.streams {
		if !isPerson(stream[0].kind) {
			continue
		}
		v.Looked++
		if !seen[id] {
			v.violated("nobody has read customer %s at the end", id)
		}
		isGone := isErased(stream)
		if isGone {
			gone++
		} else {
			living++
		}
		if rows.persons[id] == isGone || (rows.lookups[id] == 1) == isGone || rows.erased[id] != isGone || rows.erasures[id] != isGone {
			v.violated("customer %s (erased: %v) has a key: %v, %d look-ups, a row that says erased: %v, and beside the log: %v",
				id, isGone, rows.persons[id], rows.lookups[id], rows.erased[id], rows.erasures[id])
		}
	}
	if len(rows.persons) != living || len(rows.lookups) != living || len(rows.erased) != gone || len(rows.erasures) != gone {
		v.violated("%d customers live and %d are erased; there are keys of %d, look-ups of %d, and rows that say erased of %d and %d",
			living, gone, len(rows.persons), len(rows.lookups), len(rows.erased), len(rows.erasures))
	}
}

// seenAtTheEnd compares what was read at the end with the log, and returns who was.
func (e *evidence) seenAtTheEnd(v *verdict) map[uuid.UUID]bool {
	contacts, seen := e.contacts(), make(map[uuid.UUID]bool)
	for _, r := range e.people {
		if !r.last {
			continue
		}
		if r.status != http.StatusOK {
			v.violated("customer %s can't be read at the end: %d", r.customer, r.status)
			continue
		}
		r.done = math.MaxInt64 // nothing was sent any more
		seen[r.customer] = seen[r.customer] || r.of == ofPersonItself
		e.showsPerson(v, r, contacts)
		if r.of != ofLookUp && !isErased(e.streams[r.customer]) && r.state != "registered" {
			v.violated("customer %s lives, and is shown as %s", r.customer, r.state)
		}
	}
	return seen
}
