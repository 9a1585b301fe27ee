package spec_test

import (
	"errors"
	"testing"

	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
)

type history = []event.Event

func TestDecider(t *testing.T) {
	t.Parallel()
	built := tank.Built{Place: "roof"}
	d := spec.NewDecider(t, tank.Decide, tank.Evolve)
	d.Allows("pour", history{built}, tank.Pour{Amount: 7}, tank.Poured{Amount: 7})
	d.Refuses("drain more than there is", history{built, tank.Poured{Amount: 7}}, tank.Drain{Amount: 8}, "too_little")
	d.Refuses("pour into no tank", nil, tank.Pour{Amount: 7}, spec.NotFound)
	quiet := func(tank.State, tank.Command) ([]event.Event, error) { return nil, nil }
	spec.NewDecider(t, quiet, tank.Evolve).Quiet("pour nothing", history{built}, tank.Pour{})
}

// If the outcome of a case differs from the expected outcome, a Decider makes the test fail, and
// describes the difference.
func TestDeciderFailsWhatIsOtherwise(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	given, when := history{tank.Built{}, tank.Poured{Amount: 7}}, tank.Drain{Amount: 7}
	d := spec.NewDecider(t, tank.Decide, tank.Evolve)
	d.Check(r, given, when, history{tank.Drained{Amount: 7}}, "")
	r.isQuiet("as it is")
	d.Check(r, given, when, history{tank.Drained{Amount: 6}}, "")
	r.says("another event", "decided")
	d.Check(r, given, when, nil, "")
	r.says("an event that nobody expects", "decided")
	d.Check(r, given, when, nil, "too_little")
	r.says("no refusal", `refused with "", want "too_little"`)
	d.Check(r, given, tank.Drain{Amount: 8}, nil, "")
	r.says("a refusal that nobody expects", `refused with "too_little"`)
	d.Check(r, nil, when, nil, "too_little")
	r.says("another refusal", `refused with "not found"`)

	failing := func(tank.State, tank.Command) ([]event.Event, error) { return nil, errors.New("no such command") }
	spec.NewDecider(t, failing, tank.Evolve).Check(r, given, when, nil, "")
	r.says("a failure", "no such command")
}

// A Decider compares the texts of personal fields, although a printed event hides these texts.
func TestDeciderComparesWhatIsPersonal(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	decide := func(_ guest.State, name string) ([]event.Event, error) {
		return history{guest.Registered{Name: event.Private(name)}}, nil
	}
	d := spec.NewDecider(t, decide, guest.Evolve)
	d.Check(r, nil, "Ford", history{guest.Registered{Name: event.Private("Ford")}}, "")
	r.isQuiet("the same name")
	d.Check(r, nil, "Ford", history{guest.Registered{Name: event.Private("Arthur")}}, "")
	r.says("another name", "decided")
}

// If the function decide changes the state that it gets as an argument, a Decider makes the test
// fail.
func TestDeciderFindsAChangedState(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	evolve := func(s []int64, e event.Event) []int64 {
		poured, _ := e.(tank.Poured)
		return append(append([]int64(nil), s...), poured.Amount)
	}
	decide := func(s []int64, _ string) ([]event.Event, error) {
		s[0]++
		return nil, nil
	}
	spec.NewDecider(t, decide, evolve).Check(r, history{tank.Poured{Amount: 1}}, "count", nil, "")
	r.says("a list that Decide writes to", "has changed the state")
}
