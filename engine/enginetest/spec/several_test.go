package spec_test

import (
	"testing"

	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
)

type pair struct{ from, to tank.State }

func pump(p pair, amount int64) ([][]event.Event, error) {
	switch {
	case !p.to.Built:
		return nil, event.ErrStreamNotFound
	case amount > p.from.Level:
		return nil, &event.Rejection{Code: "too_little"}
	case amount == 0:
		return nil, nil
	}
	return [][]event.Event{{tank.Drained{Amount: amount}}, {tank.Poured{Amount: amount}}}, nil
}

func pumps(t *testing.T) *spec.Several[pair, int64] {
	t.Helper()
	return spec.NewSeveral(t, pump,
		spec.PartOf(tank.Evolve, func(p *pair) *tank.State { return &p.from }),
		spec.PartOf(tank.Evolve, func(p *pair) *tank.State { return &p.to }))
}

func TestSeveral(t *testing.T) {
	t.Parallel()
	given := []history{{tank.Built{}, tank.Poured{Amount: 7}}, {tank.Built{}}}
	d := pumps(t)
	d.Allows("pump", given, 7, history{tank.Drained{Amount: 7}}, history{tank.Poured{Amount: 7}})
	d.Quiet("pump nothing", given, 0)
	d.Refuses("pump more than there is", given, 8, "too_little")
	d.Refuses("pump into no tank", given[:1], 7, spec.NotFound)
}

// If the outcome of a case differs from the expected outcome, a Several makes the test fail, and
// describes the difference.
func TestSeveralFailsWhatIsOtherwise(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	given := []history{{tank.Built{}, tank.Poured{Amount: 7}}, {tank.Built{}}}
	d := pumps(t)
	d.Check(r, given, 7, []history{{tank.Drained{Amount: 7}}, {tank.Poured{Amount: 7}}}, "")
	r.isQuiet("as it is")
	d.Check(r, given, 7, []history{{tank.Drained{Amount: 7}}}, "")
	r.says("one stream instead of two", "decided")
	d.Check(r, given, 7, []history{{tank.Poured{Amount: 7}}, {tank.Drained{Amount: 7}}}, "")
	r.says("the streams exchanged", "decided")
	d.Check(r, given, 8, nil, "")
	r.says("a refusal that nobody expects", `refused with "too_little"`)
	d.Check(r, append(given, history{}), 7, nil, "")
	r.says("a stream too many", "there are 2 streams")
}
