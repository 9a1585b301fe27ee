package verify

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// mostFindings limits the findings in a report, because a log that was rewritten differs at
// every position.
const mostFindings = 20

// walk is the progress of a comparison of the log with the chain, link by link.
type walk struct {
	service  string
	on       eventlog.Querier
	store    *eventlog.Store
	kept     *chain.Head
	met      bool           // whether the chain contains the head that was stored outside of the database
	at       chain.Link     // the last link that was compared
	ahead    []event.Digest // events after the link at that were already read
	found    int
	findings []Finding // the first findings, at most mostFindings
	told     int       // number of findings that the Watcher has logged
	differs  bool      // whether the link that is being compared has a finding
}

// find adds a finding to the report. After the first mostFindings findings, find only counts
// further findings.
func (w *walk) find(position int64, what string, args ...any) {
	w.differs = true
	if w.found++; w.found <= mostFindings {
		w.findings = append(w.findings, Finding{position, fmt.Sprintf(what, args...)})
	}
}

// beginAt makes the comparison begin after a given head (the last link at an earlier time), if the
// chain contains this head. Otherwise beginAt changes nothing, and the field met stays false.
func (w *walk) beginAt(ctx context.Context, head chain.Head) error {
	found, err := chain.Links(ctx, w.on, `WHERE position = $1`, head.Position)
	if err == nil && len(found) == 1 && bytes.Equal(found[0].Hash, head.Hash) {
		w.at, w.met = found[0], true
	}
	return err
}

// step compares the next link with the log. If the next links cover few events, step compares
// several links, with at most chain.MostEvents positions in total. If the chain has no further
// link, the result more is false.
func (w *walk) step(ctx context.Context) (more bool, err error) {
	const next = `WHERE position > $1 AND position <= greatest((SELECT min(position) FROM chain_links WHERE position > $1), $1 + $2::bigint) ORDER BY position`
	following, err := chain.Links(ctx, w.on, next, w.at.Position, chain.MostEvents)
	if err != nil {
		return false, err
	}
	for _, s := range following {
		if err := w.check(ctx, s); err != nil {
			return false, err
		}
	}
	return len(following) > 0, nil
}

// check compares a link with the events that it covers. The comparison of the next link uses the
// stored hash of this link, even if the stored hash is wrong. If the comparison used a computed
// hash, a single changed event would give a finding for every later link.
func (w *walk) check(ctx context.Context, s chain.Link) error {
	w.differs = false
	if s.Previous != w.at.Position {
		w.find(w.at.Position+1, "the link over the events from here to position %d is missing", s.Previous)
		w.at, w.ahead = s, nil
		return nil // the events of this link can't be compared, because the link before it is missing
	}
	digests, err := w.covered(ctx, s)
	if err != nil {
		return err
	}
	w.compare(s, digests)
	if !w.differs {
		expected, err := w.at.Next(w.service, digests)
		switch {
		case err != nil:
			return err
		case !bytes.Equal(expected.Hash, s.Hash):
			w.find(s.Previous+1, "the link over positions %d to %d does not follow from the events and the link before: one of them was changed", s.Previous+1, s.Position)
		}
	}
	if w.kept != nil && w.kept.Position == s.Position {
		w.met = bytes.Equal(w.kept.Hash, s.Hash)
	}
	w.at = s
	return nil
}

// covered returns the digests of the events that a link covers. Events that the log lacks are
// missing in the result. If covered has also read later events, it stores their digests in the
// field ahead, for the next link.
func (w *walk) covered(ctx context.Context, s chain.Link) (all []event.Digest, err error) {
	after := s.Previous
	for {
		behind := slices.IndexFunc(w.ahead, func(d event.Digest) bool { return d.Position > s.Position })
		if behind < 0 {
			behind = len(w.ahead)
		}
		all, w.ahead = append(all, w.ahead[:behind]...), w.ahead[behind:]
		if len(all) > 0 {
			after = all[len(all)-1].Position
		}
		if after >= s.Position || len(w.ahead) > 0 {
			return all, nil
		}
		if w.ahead, _, err = w.store.DigestsOn(ctx, w.on, after, chain.MostEvents); err != nil || len(w.ahead) == 0 {
			return all, err
		}
	}
}

// compare adds a finding for each event that is missing in the log, and for each event that differs
// from its digest in the link.
func (w *walk) compare(s chain.Link, digests []event.Digest) {
	there := make(map[int64][]byte, len(digests))
	for _, digest := range digests {
		there[digest.Position] = digest.Sum[:chain.Shown]
	}
	for i := range s.Position - s.Previous {
		position := s.Previous + i + 1
		sum, ok := there[position]
		switch {
		case !ok:
			w.find(position, "the event is gone")
		case len(s.Digests) < int(i+1)*chain.Shown:
		case !bytes.Equal(sum, s.Digests[i*chain.Shown:(i+1)*chain.Shown]):
			w.find(position, "the event is another than the chain says")
		}
	}
}
