package seal

import (
	"bytes"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/events/eventstore"
)

// mostFindings bounds a report: a log that was rewritten differs everywhere.
const mostFindings = 20

// Report is what a look at the whole chain has found.
type Report struct {
	Head     Head      `json:"head"`     // the last seal
	Unsealed int64     `json:"unsealed"` // events after it, which nothing protects yet
	Findings []Finding `json:"findings"`
}

// Finding is a place where the log is not what was sealed.
type Finding struct {
	Position int64  `json:"position"`
	What     string `json:"what"`
}

// Verify goes through a service's log and compares it with its seals, from the start. Of a head
// that was kept elsewhere (nil: none) it sees that the chain has led there. It tells
// progress now and then how far it is, and where it will end.
func Verify(ctx context.Context, service string, pool *pgxpool.Pool, store *eventstore.Store, kept *Head, progress func(position, of int64)) (Report, error) {
	last, err := newest(ctx, pool)
	if err != nil {
		return Report{}, err
	}
	v := verification{service: service, pool: pool, store: store, kept: kept}
	for v.at.Position < last.Position {
		following, err := seals(ctx, pool, `WHERE position > $1 ORDER BY position LIMIT 100`, v.at.Position)
		if err != nil {
			return v.report, err
		}
		for _, s := range following {
			if err := v.check(ctx, s); err != nil {
				return v.report, err
			}
			progress(s.Position, last.Position)
		}
	}
	v.compareHeads(last)
	v.report.Head = Head{Position: last.Position, Hash: last.Hash}
	head, err := store.Head(ctx)
	v.report.Unsealed = max(head-last.Position, 0)
	return v.report, err
}

type verification struct {
	service string
	pool    *pgxpool.Pool
	store   *eventstore.Store
	kept    *Head
	met     bool // the chain has led to the head that was kept
	at      Seal
	report  Report
	differs bool // the seal that is being looked at
}

// find notes a finding. Those beyond the most that a report has are not shown.
func (v *verification) find(position int64, what string, args ...any) {
	v.differs = true
	if len(v.report.Findings) < mostFindings {
		v.report.Findings = append(v.report.Findings, Finding{position, fmt.Sprintf(what, args...)})
	}
}

// check compares the events that a seal covers with it. What the seal says is where the
// next one goes on: one change is found once.
func (v *verification) check(ctx context.Context, s Seal) error {
	v.differs = false
	if s.Previous != v.at.Position {
		v.find(v.at.Position+1, "the seal of the events from here to position %d is missing", s.Previous)
		v.at = s
		return nil // what it covers it chains to a seal that is not there
	}
	count := int(s.Position - s.Previous)
	digests, err := v.digests(ctx, s.Previous, count)
	if err != nil {
		return err
	}
	v.compare(s, digests)
	if !v.differs {
		expected, err := v.at.next(v.service, digests)
		switch {
		case err != nil:
			return err
		case !bytes.Equal(expected.Hash, s.Hash):
			v.find(s.Previous+1, "the seal of positions %d to %d does not follow from the events and the seal before: one of them was changed", s.Previous+1, s.Position)
		}
	}
	if v.kept != nil && v.kept.Position == s.Position {
		v.met = bytes.Equal(v.kept.Hash, s.Hash)
	}
	v.at = s
	return nil
}

// digests reads those of the events after a position, by as many at a time as it may.
func (v *verification) digests(ctx context.Context, after int64, count int) (all []events.Digest, _ error) {
	for len(all) < count {
		some, _, err := v.store.DigestsOn(ctx, v.pool, after, count-len(all))
		if err != nil || len(some) == 0 {
			return all, err
		}
		all, after = append(all, some...), some[len(some)-1].Position
	}
	return all, nil
}

// compare finds the events that are not what was sealed, or not there.
func (v *verification) compare(s Seal, digests []events.Digest) {
	there := make(map[int64][]byte, len(digests))
	for _, digest := range digests {
		there[digest.Position] = digest.Sum[:shown]
	}
	for i := range s.Position - s.Previous {
		position := s.Previous + i + 1
		sum, ok := there[position]
		switch {
		case !ok:
			v.find(position, "the event is gone")
		case len(s.Digests) < int(i+1)*shown:
		case !bytes.Equal(sum, s.Digests[i*shown:(i+1)*shown]):
			v.find(position, "the event is another than was sealed")
		}
	}
}

func (v *verification) compareHeads(last Seal) {
	switch {
	case v.kept == nil || v.met:
	case v.kept.Position > last.Position:
		v.find(v.kept.Position, "the head that was kept is at this position, and the chain ends at %d: events and seals are gone", last.Position)
	default:
		v.find(v.kept.Position, "the chain does not lead to the head that was kept: events and seals up to here were rewritten")
	}
}
