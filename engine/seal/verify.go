package seal

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventstore"
)

// mostFindings bounds a report: a log that was rewritten differs everywhere.
const mostFindings = 20

// Late is how old an event without a seal is, at least, that is a finding.
const Late = time.Minute

// Report is what a look at the chain has found.
type Report struct {
	Since    int64     `json:"since"`    // positions up to here were not looked at; 0: all were
	Head     Head      `json:"head"`     // the last seal
	Unsealed int64     `json:"unsealed"` // events after it, which nothing protects yet
	Findings []Finding `json:"findings"`
}

// Finding is a place where the log is not what was sealed.
type Finding struct {
	Position int64  `json:"position"`
	What     string `json:"what"`
}

// Scope says what a verification looks at.
type Scope struct {
	Kept  *Head         // kept elsewhere: the chain must lead to it. nil: none
	Since bool          // begin behind Kept, and leave out what is before it
	Late  time.Duration // an event without a seal is a finding when it is so old; below Late: Late
}

// Verify goes through a service's log and compares it with its seals, from the start to the end of
// the chain, and looks whether the log goes on without seals. It tells progress now and then how
// far it is, and where it will end.
func Verify(ctx context.Context, service string, pool *pgxpool.Pool, store *eventstore.Store, scope Scope, progress func(position, of int64)) (Report, error) {
	end, err := readEnd(ctx, pool)
	if err != nil {
		return Report{}, err
	}
	v := verification{service: service, on: pool, store: store, kept: scope.Kept}
	if scope.Since {
		if err := v.beginAt(ctx, *scope.Kept); err != nil {
			return Report{}, err
		}
	}
	report := Report{Since: v.at.Position}
	for more := v.met || !scope.Since; more; {
		if more, err = v.step(ctx); err != nil {
			return Report{}, err
		}
		progress(v.at.Position, max(v.at.Position, end.sealed))
	}
	v.compareHeads(end.sealed)
	v.lookForUnsealed(end, max(scope.Late, Late))
	report.Head, report.Findings = Head{Position: v.at.Position, Hash: v.at.Hash}, v.findings
	report.Unsealed = max(end.head-v.at.Position, 0)
	return report, nil
}

// end is where the chain ends, and where the log does.
type end struct {
	sealed, head int64
	unsealed     int64         // the first event after the chain; 0: none
	waits        time.Duration // since it was recorded
}

func readEnd(ctx context.Context, pool *pgxpool.Pool) (end, error) {
	const sql = `
		SELECT s.position, (SELECT coalesce(max(position), 0) FROM events), coalesce(e.position, 0),
		       coalesce(greatest(e.age, -e.age - 61, 0), 0)::float8 -- no event is recorded over 60 s ahead of the clock
		FROM (SELECT coalesce(max(position), 0) AS position FROM seals) s
		LEFT JOIN LATERAL (SELECT position, extract(epoch FROM clock_timestamp() - recorded_at) AS age FROM events WHERE position > s.position ORDER BY position LIMIT 1) e ON true`
	var e end
	var seconds float64
	if err := pool.QueryRow(ctx, sql).Scan(&e.sealed, &e.head, &e.unsealed, &seconds); err != nil {
		return end{}, fmt.Errorf("read where the chain ends: %w", err)
	}
	e.waits = time.Duration(seconds * float64(time.Second))
	return e, nil
}

// verification goes along the chain.
type verification struct {
	service  string
	on       eventstore.Querier
	store    *eventstore.Store
	kept     *Head
	met      bool           // the chain has led to the head that was kept
	at       Seal           // where it is
	ahead    []event.Digest // events after at that were read already
	found    int
	findings []Finding // the first of those that were found
	told     int       // of them the Verifier has logged
	differs  bool      // the seal that is being looked at
}

// find notes a finding. Those beyond the most that a report has are only counted.
func (v *verification) find(position int64, what string, args ...any) {
	v.differs = true
	if v.found++; v.found <= mostFindings {
		v.findings = append(v.findings, Finding{position, fmt.Sprintf(what, args...)})
	}
}

// beginAt puts the verification behind a head, if the chain leads there.
func (v *verification) beginAt(ctx context.Context, head Head) error {
	found, err := seals(ctx, v.on, `WHERE position = $1`, head.Position)
	if err == nil && len(found) == 1 && bytes.Equal(found[0].Hash, head.Hash) {
		v.at, v.met = found[0], true
	}
	return err
}

// step looks at the next seal, and at those after it that end within mostEvents. more is false
// where the chain has ended.
func (v *verification) step(ctx context.Context) (more bool, err error) {
	const next = `WHERE position > $1 AND position <= greatest((SELECT min(position) FROM seals WHERE position > $1), $1 + $2::bigint) ORDER BY position`
	following, err := seals(ctx, v.on, next, v.at.Position, mostEvents)
	if err != nil {
		return false, err
	}
	for _, s := range following {
		if err := v.check(ctx, s); err != nil {
			return false, err
		}
	}
	return len(following) > 0, nil
}

// check compares the events that a seal covers with it. What the seal says is where the
// next one goes on: one change is found once.
func (v *verification) check(ctx context.Context, s Seal) error {
	v.differs = false
	if s.Previous != v.at.Position {
		v.find(v.at.Position+1, "the seal of the events from here to position %d is missing", s.Previous)
		v.at, v.ahead = s, nil
		return nil // what it covers it chains to a seal that is not there
	}
	digests, err := v.covered(ctx, s)
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

// covered returns the digests of the events that a seal covers, as far as the log has them. Those
// that it has read beyond them are the next seal's: a seal may cover one event.
func (v *verification) covered(ctx context.Context, s Seal) (all []event.Digest, err error) {
	after := s.Previous
	for {
		behind := slices.IndexFunc(v.ahead, func(d event.Digest) bool { return d.Position > s.Position })
		if behind < 0 {
			behind = len(v.ahead)
		}
		all, v.ahead = append(all, v.ahead[:behind]...), v.ahead[behind:]
		if len(all) > 0 {
			after = all[len(all)-1].Position
		}
		if after >= s.Position || len(v.ahead) > 0 {
			return all, nil
		}
		if v.ahead, _, err = v.store.DigestsOn(ctx, v.on, after, mostEvents); err != nil || len(v.ahead) == 0 {
			return all, err
		}
	}
}

// compare finds the events that are not what was sealed, or not there.
func (v *verification) compare(s Seal, digests []event.Digest) {
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

func (v *verification) compareHeads(sealed int64) {
	switch {
	case v.kept == nil || v.met:
	case v.kept.Position > sealed:
		v.find(v.kept.Position, "the head that was kept is at this position, and the chain ends at %d: events and seals are gone", sealed)
	default:
		v.find(v.kept.Position, "the chain does not lead to the head that was kept: events and seals up to here were rewritten")
	}
}

// lookForUnsealed finds a log that goes on where its chain has ended, or that has none.
func (v *verification) lookForUnsealed(e end, late time.Duration) {
	switch waits := e.waits.Round(time.Second); {
	case e.unsealed == 0 || e.waits < late:
	case e.sealed == 0:
		v.find(e.unsealed, "there are no seals, and this event was recorded %s ago: they were deleted, or nobody seals the log", waits)
	default:
		v.find(e.unsealed, "the chain ends before this event, which was recorded %s ago: the last seals were deleted, or nobody seals the log", waits)
	}
}
