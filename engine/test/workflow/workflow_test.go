package workflow_test

import (
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
)

// A pump moves water from one vessel to another. Each step is a reaction to an event of the step
// before.
func TestWaterIsMoved(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	p.run(p.config())
	id := p.ask(from, to, 30)
	p.becomes(id, pump.IsEmptied)
	if p.level(from) != 70 || p.level(to) != 30 {
		t.Errorf("the vessels have %d and %d", p.level(from), p.level(to))
	}
	if left := rig.One[int](t, p.pool, `SELECT count(*) FROM river_job WHERE kind = 'workflow_timer'`); left != 0 {
		t.Errorf("%d timers are left of a pump that is done", left)
	}
}

// If a vessel refuses a command of a pump, the refusal is recorded as an event of the pump. If the
// pump has already taken the water, it gives the water back.
func TestRefusalsAreTold(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, small := p.vessel(100, 50), p.vessel(10, 0)
	p.run(p.config())
	tooMuch, noRoom, nowhere := p.ask(from, small, 51), p.ask(from, small, 20), p.ask(from, uuid.New(), 5)
	p.becomes(tooMuch, pump.IsRefused)
	p.becomes(noRoom, pump.IsReturned)
	p.becomes(nowhere, pump.IsReturned)
	if p.level(from) != 50 || p.level(small) != 0 {
		t.Errorf("the vessels have %d and %d", p.level(from), p.level(small))
	}
}

// The metadata of a job's events names the workflow and the event that have caused the job. The
// job's events have the same correlation id and trace as that event.
func TestEventsOfJobsSayTheirCause(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to, id := p.vessel(100, 100), p.vessel(100, 0), uuid.New()
	given := event.Metadata{Actor: "somebody", CorrelationID: "request 7", Traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
	if _, err := p.pumps.Handle(t.Context(), id, pump.Ask{From: from, To: to, Amount: 1}, command.Request{Metadata: given}); err != nil {
		t.Fatal(err)
	}
	p.run(p.config())
	p.becomes(id, pump.IsEmptied)
	const caused = `
		SELECT count(*) FROM events e JOIN events cause ON cause.event_id = (e.metadata->>'causation_id')::uuid AND cause.position < e.position
		WHERE e.metadata->>'actor' = 'workflow:pumping' AND e.metadata->>'correlation_id' = $1 AND e.metadata->>'traceparent' = $2`
	if count := rig.One[int](t, p.pool, caused, given.CorrelationID, given.Traceparent); count != 4 {
		t.Errorf("%d events say their cause, want those of four jobs", count)
	}
}
