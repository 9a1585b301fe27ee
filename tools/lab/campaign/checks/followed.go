//go:build linux

package checks

import (
	"sort"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/readmodels"
)

// followed checks that each subscriber of events got exactly the matching events after its first
// position, up to the end of the log. The subscriber must have got each of these events once, and
// in order.
func followed(e *evidence.Evidence, v *evidence.Verdict) {
	owners := make(map[uuid.UUID]string, len(e.Streams))
	for id, stream := range e.Streams {
		owners[id] = stream[0].Subject
	}
	for _, f := range e.History.Followed {
		for _, said := range f.Said {
			v.Violated("%s: %s", f.Name, said)
		}
		if f.Connections == 0 || f.Reached < int64(len(e.History.Log)) {
			v.Violated("%s has reached position %d in %d connections, and the log ends at %d", f.Name, f.Reached, f.Connections, len(e.History.Log))
		}
		if !f.OfRows {
			v.Looked += len(f.Events)
			l := list{log: e.History.Log, owners: owners, followed: f, at: f.After}
			l.compare(v)
		}
	}
}

// list compares two things: the events that one subscriber got, and the log.
type list struct {
	log      []history.Event
	owners   map[uuid.UUID]string
	followed history.Followed
	at       int64 // the positions up to this one were compared
}

func (l *list) compare(v *evidence.Verdict) {
	for _, shown := range l.followed.Events {
		if shown.Position <= l.at {
			v.Violated("%s got position %d after position %d", l.followed.Name, shown.Position, l.at)
			continue
		}
		l.pass(v, shown.Position-1)
		l.at = shown.Position
		if shown.Position > int64(len(l.log)) {
			v.Violated("%s got position %d, and the log ends at %d", l.followed.Name, shown.Position, len(l.log))
			continue
		}
		recorded := l.log[shown.Position-1]
		if owner := l.owners[recorded.Account]; !l.followed.Filter.Has(recorded, owner) {
			v.Violated("%s got position %d, which does not match: %s of %s, which belongs to %q", l.followed.Name, shown.Position, recorded.Kind, recorded.Account, owner)
		}
		if shown.Is != history.HashOf(recorded.Id, recorded.Kind, recorded.Account, recorded.Version) {
			v.Violated("%s got another event at position %d than the log has", l.followed.Name, shown.Position)
		}
	}
	l.pass(v, int64(len(l.log)))
}

// pass continues the comparison at a later position. If the log has matching events before it and
// the subscriber did not get them, pass reports these events.
func (l *list) pass(v *evidence.Verdict, to int64) {
	for ; l.at < min(to, int64(len(l.log))); l.at++ {
		if missing := l.log[l.at]; l.followed.Filter.Has(missing, l.owners[missing.Account]) {
			v.Violated("%s did not get position %d", l.followed.Name, missing.Position)
		}
	}
}

// rowsFollowed checks the rows that each subscriber of an account got. No row may be older than the
// row before it. Each row must be the fold of the account's events up to the row's position (the
// state that results from these events). The last row must equal the row in the read model's table.
func rowsFollowed(e *evidence.Evidence, v *evidence.Verdict) {
	for _, f := range e.History.Followed {
		if !f.OfRows {
			continue
		}
		v.Looked += len(f.Rows)
		stream, last := e.Streams[f.Filter.Stream], history.Row{}
		for _, r := range f.Rows {
			if r.Version < last.Version || r.At < last.At {
				v.Violated("%s: version %d as of %d came after version %d as of %d", f.Name, r.Version, r.At, last.Version, last.At)
			}
			last = r
			count := sort.Search(len(stream), func(i int) bool { return stream[i].Position > r.At })
			if want := readmodels.Fold(stream[:count]).Balance; want != balanceOf(r) {
				v.Violated("%s: the row as of %d is %+v, and the log says %+v", f.Name, r.At, balanceOf(r), want)
			}
		}
		if table := e.History.Models.Balances[f.Filter.Stream]; table != balanceOf(last) {
			v.Violated("%s: the last row is %+v, and the table has %+v", f.Name, balanceOf(last), table)
		}
	}
}

func balanceOf(r history.Row) history.Balance {
	return history.Balance{Amount: r.Balance, Version: r.Version, Status: r.Status}
}
