package plan

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/detach"
	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Plan has the result of deciding the commands of a group, one after another. A Plan is valid only
// while the stream is still at the version on which the commands were decided.
type Plan[S, C any] struct {
	Decisions []Decision[C]
	Chain     []event.Append
	To        states.State[S] // the state and version after all appends of the chain of appends
	Clear     bool            // whether the state To may contain personal data that is not encrypted
	Spent     bool            // whether the state given to Make was passed to an Evolve that may have changed the state in place

	from event.Appended // version of the stream at which the commands were decided
}

// Decision is the result of deciding one command of a group.
type Decision[C any] struct {
	Command *line.Command[C]
	Refusal error // nil: the command was accepted

	chained int // number of appends in the chain of appends up to and including this command's append
}

// Make decides the commands of one stream, each on the state after the previous command. If the
// field Spent of the returned Plan is true, Evolve may have changed the given state in place, and
// the caller must not use this state again.
func (d *Domain[S, C]) Make(id uuid.UUID, at states.State[S], commands []*line.Command[C]) *Plan[S, C] {
	p := &Plan[S, C]{Decisions: make([]Decision[C], 0, len(commands)), To: at}
	p.from = event.Appended{StreamID: id, Version: at.Version, Position: at.Position}
	for _, c := range commands {
		decided, err := d.Decide(p.To, c)
		for _, e := range decided {
			err = cmp.Or(err, checkErasure(id, e))
		}
		if err != nil {
			decided = nil
		}
		if err == nil && (len(decided) > 0 || c.Key != "") {
			p.Chain = append(p.Chain, d.newAppend(p.from, p.To, decided, c))
		}
		var personal bool
		p.To, personal = d.After(p.To, decided)
		p.Spent = p.Spent || len(decided) > 0 && d.MayChange()
		p.Clear = p.Clear || personal
		p.Decisions = append(p.Decisions, Decision[C]{c, err, len(p.Chain)})
	}
	return p
}

// After returns the state after events that are not appended yet. The result personal says whether
// the new state may contain personal data that is not encrypted. If MayChange returns true, the
// given state must not be used again.
func (d *Domain[S, C]) After(at states.State[S], decided []event.Event) (to states.State[S], personal bool) {
	for _, e := range decided {
		_, ofPerson := e.(event.PersonalEvent)
		personal = personal || ofPerson && d.personal
		at.Value = d.Evolve(at.Value, detach.Event(e))
		at.Version++
		at.Last = uuid.Nil // the event gets its id when it is appended
	}
	return at, personal
}

// MayChange reports whether Evolve may change a state in place. If Evolve may do so, the state
// before an event must not be used after the event was applied.
func (d *Domain[S, C]) MayChange() bool { return !d.flat }

// PutBack records that a command is in no append if it was refused, or if it causes no event. If
// the caller of such a command stops waiting after that, the command has no effect.
func (p *Plan[S, C]) PutBack() {
	before := 0
	for _, d := range p.Decisions {
		if d.chained == before {
			d.Command.PutBack()
		}
		before = d.chained
	}
}

// Encrypts reports whether the Plan has a command that has an idempotency key and at least one
// event with personal data. For such a command, the caller looks up the idempotency key before the
// data is encrypted. If the key has an answer, no encryption is needed. Encryption could even fail,
// because the person may be erased.
func (p *Plan[S, C]) Encrypts() bool {
	return slices.ContainsFunc(p.Chain, func(a event.Append) bool {
		return a.Once != nil && slices.ContainsFunc(a.Streams[0].Events, func(e event.Event) bool {
			_, personal := e.(event.PersonalEvent)
			return personal
		})
	})
}

// Answer returns the answer to an accepted command whose events are in the log.
func (p *Plan[S, C]) Answer(d Decision[C], appended []event.Appended) line.Answer {
	at := p.from
	if d.chained > 0 {
		at = appended[d.chained-1]
	}
	return line.Answer{StreamID: at.StreamID, Version: at.Version, Position: at.Position}
}
