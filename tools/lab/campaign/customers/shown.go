//go:build linux

package customers

import (
	"net/http"
	"slices"
	"sort"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// PeopleAreFolds checks every answer about a customer that a client got during the run. The
// customer in the answer must equal the fold of the customer's events (the state that results from
// these events).
func PeopleAreFolds(e *evidence.Evidence, v *evidence.Verdict) {
	contacts := contacts(e)
	for _, r := range e.History.People {
		if !r.Last && r.Status != 0 {
			showsPerson(e, v, r, contacts)
		}
	}
}

// contacts maps the key of a command to the event that the command caused: the registration of a
// customer, or the change of a customer's contact.
func contacts(e *evidence.Evidence) map[uuid.UUID]history.Event {
	all := make(map[uuid.UUID]history.Event)
	for _, recorded := range e.History.Log {
		if recorded.Kind == sample.Registered || recorded.Kind == sample.Changed {
			all[recorded.Key] = recorded
		}
	}
	return all
}

// showsPerson compares an answer with the fold of the customer's events up to the answer's position
// (the state that results from these events). An erasure destroys the person's encryption key at
// once, but the read model applies the erasure later. So an answer about an erased person may lack
// data that the fold still has. An answer with data that the fold lacks is a violation.
func showsPerson(e *evidence.Evidence, v *evidence.Verdict, r answers.PersonRead, contacts map[uuid.UUID]history.Event) {
	stream := e.Streams[r.Customer]
	count := sort.Search(len(stream), func(i int) bool { return stream[i].Position > r.At })
	if r.Of == answers.OfLookUp {
		if r.Status == http.StatusOK {
			v.Looked++
			finds(e, v, r, contacts)
		}
		return
	}
	switch {
	case r.Status == http.StatusNotFound:
		if v.Looked++; r.Min > 0 && len(stream) > 0 && stream[0].Position <= r.Min {
			v.Violated("customer %s is registered at %d, and was not found as of %d", r.Customer, stream[0].Position, r.Min)
		}
	case r.Status == http.StatusOK:
		v.Looked++
		key, there := history.ContactAfter(stream[:count])
		hidden, gone := r.State == "erased" && r.Text == (sample.Digest{}), mayBeGone(e, stream, r.Done)
		right := hidden && gone || r.State == "registered" && there && r.Text == sample.ContactOf(key)
		if r.At < r.Min || r.Version != int64(count) || !right {
			v.Violated("customer %s as of %d (at least %d) is shown as %s, version %d; the log has %d events then, erased: %v, and another contact or none",
				r.Customer, r.At, r.Min, r.State, r.Version, count, history.IsErased(stream[:count]))
		}
		if r.Of == answers.OfExport {
			exports(v, r, stream, count, gone)
		}
	}
}

// exports compares the events in an export with the events of the log. The export may also contain
// events after the position that the answer names.
func exports(v *evidence.Verdict, r answers.PersonRead, stream []history.Event, count int, gone bool) {
	if len(r.Events) > len(stream) || len(r.Events) < count && !r.Some {
		v.Violated("the export of customer %s as of %d has %d events, and the log %d", r.Customer, r.At, len(r.Events), count)
		return
	}
	for n, text := range r.Events {
		none := text == (sample.Digest{})
		if !(none && (stream[n].Kind == sample.Erased || gone) || stream[n].Kind != sample.Erased && text == sample.ContactOf(stream[n].Key)) {
			v.Violated("the export of customer %s has another contact in version %d", r.Customer, n+1)
		}
	}
}

// finds checks the answer to a search by address. As of the answer's position, the search must have
// found every customer with that address, and no other customer.
func finds(e *evidence.Evidence, v *evidence.Verdict, r answers.PersonRead, contacts map[uuid.UUID]history.Event) {
	has, known := contacts[r.Contact]
	for _, id := range r.Found {
		stream := e.Streams[id]
		key, there := history.ContactAfter(stream[:sort.Search(len(stream), func(i int) bool { return stream[i].Position > r.At })])
		if !there || stream[0].Subject != r.By || sample.AddressOf(key) != sample.AddressOf(r.Contact) {
			v.Violated("a look-up of %s as of %d has found customer %s, who does not have the address then", r.By, r.At, id)
		}
	}
	if !known || r.By != e.Streams[has.Account][0].Subject || has.Position > r.Min || r.Some || changedBefore(e, has, r.Done) {
		return
	}
	if !slices.Equal(r.Found, []uuid.UUID{has.Account}) {
		v.Violated("a look-up as of %d has found %d customers; customer %s has the address since %d", r.At, len(r.Found), has.Account, has.Position)
	}
}

// mayBeGone reports whether the customer may have been erased before the given time.
func mayBeGone(e *evidence.Evidence, stream []history.Event, before time.Duration) bool {
	n := slices.IndexFunc(stream, func(e history.Event) bool { return e.Kind == sample.Erased })
	return n == 0 || n > 0 && changedBefore(e, stream[n-1], before)
}

// changedBefore reports whether the event after the event at, in the same stream, may have been
// recorded before the given time.
func changedBefore(e *evidence.Evidence, at history.Event, before time.Duration) bool {
	stream := e.Streams[at.Account]
	if at.Version >= int64(len(stream)) {
		return false
	}
	calls := e.ByKey[stream[at.Version].Key]
	return len(calls) == 0 || answers.SentFirst(calls) <= before
}
