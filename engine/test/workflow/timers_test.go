package workflow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
)

// Guarantee 11: no timer fires before its time, by the clock of the database. Ninety-nine of a
// hundred timers fire at most one second late.
func TestTimersAreOnTime(t *testing.T) {
	t.Parallel()
	const timers, each = 200, 50
	s := newStage(t)
	s.run(nil)
	for n := range timers / each {
		var step Step
		for i := range each {
			wait := 200*time.Millisecond + time.Duration(n*each+i)*7800*time.Millisecond/timers
			step.Wishes = append(step.Wishes, Wish{Kind: "after", Name: fmt.Sprint(n*each + i), Wait: wait})
		}
		s.play(uuid.New(), step)
	}
	const fired = `SELECT count(*) FROM events WHERE type = 'script.heard'`
	await.True(t, "all timers have fired", func() bool { return rig.One[int](t, s.pool, fired) == timers })
	idle(t, s.pool, "script")
	const early = `
		SELECT count(*) FROM events f JOIN events s ON s.stream_id = f.stream_id AND s.type = 'script.step', jsonb_array_elements(s.data->'Wishes') w
		WHERE f.type = 'script.heard' AND w->>'Name' = f.data->>'Name' AND f.recorded_at < s.recorded_at + (w->>'Wait')::bigint / 1000 * interval '1 microsecond'`
	if count := rig.One[int](t, s.pool, early); count > 0 {
		t.Errorf("%d timers have fired before their time", count)
	}
	const late = `SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM attempted_at - (args->>'due')::timestamptz))::float8 FROM river_job WHERE kind = 'workflow_timer'`
	p99 := rig.One[float64](t, s.pool, late)
	t.Logf("p99 of the lateness: %.3f s", p99)
	if p99 > 1 {
		t.Errorf("of %d timers one in a hundred is more than %.3f s late", timers, p99)
	}
}

// run runs the workflow of scripts.
func (s *stage) run(broken func(Step) string) (stop func()) {
	s.t.Helper()
	return start(s.t, s.config(scripted(broken)))
}

func after(name string, wait time.Duration) Wish { return Wish{Kind: "after", Name: name, Wait: wait} }

// A timer does not fire if it is cancelled, if another timer with the same name replaces it, or if
// its instance ends. This is true for a timer that was set in the same batch of events, and for a
// timer whose job was already in the queue.
func TestCancelledTimersDontFire(t *testing.T) {
	t.Parallel()
	const soon = 1500 * time.Millisecond
	s := newStage(t)
	kinds := map[string]Step{
		"cancelled": {Wishes: []Wish{{Kind: "cancel", Name: "a"}}}, "replaced": {Wishes: []Wish{after("a", time.Hour)}}, "ended": {Ends: true},
	}
	ids := make(map[string]uuid.UUID)
	for kind, step := range kinds {
		id := uuid.New()
		ids[kind+" in one batch"] = id
		s.play(id, Step{Wishes: []Wish{after("a", soon)}}, step)
	}
	s.run(nil)
	s.passed()
	for kind, step := range kinds {
		id := uuid.New()
		ids[kind+" later"] = id
		s.play(id, Step{Wishes: []Wish{after("a", soon)}})
		s.passed()
		if set := rig.One[int](t, s.pool, `SELECT count(*) FROM river_job WHERE args->'cause'->>'instance' = $1`, id.String()); set != 1 {
			t.Fatalf("%s: %d timers are set, want one", kind, set)
		}
		s.play(id, step)
	}
	last := uuid.New()
	s.play(last, Step{Wishes: []Wish{after("last", soon+time.Second)}})
	s.hears(last, "fired last")
	for kind, id := range ids {
		if heard := s.lines(id).Heard; len(heard) > 0 {
			t.Errorf("%s: %v", kind, heard)
		}
		want := 0
		if strings.HasPrefix(kind, "replaced") {
			want = 1
		}
		if left := rig.One[int](t, s.pool, `SELECT count(*) FROM river_job WHERE args->'cause'->>'instance' = $1`, id.String()); left != want {
			t.Errorf("%s: %d jobs are left, want %d", kind, left, want)
		}
	}
}

// A timer can be cancelled even if another session has locked the row of its job. For example, the
// session that makes due jobs available locks their rows.
func TestALockedTimerIsCancelled(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(nil)
	id := uuid.New()
	s.play(id, Step{Wishes: []Wish{after("a", time.Hour)}})
	s.passed()
	tx, err := s.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rig.Do(t, tx, `SELECT FROM river_job FOR UPDATE`)
	s.play(id, Step{Wishes: []Wish{{Kind: "cancel", Name: "a"}}})
	const waits = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
	passed := func() bool {
		return rig.One[bool](t, s.pool, `SELECT position = $1 FROM checkpoints WHERE projection = 'workflow script'`, s.position)
	}
	await.True(t, "the workflow waits for the row", func() bool { return rig.One[int](t, s.pool, waits) > 0 || passed() })
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.passed()
	if left := rig.One[int](t, s.pool, `SELECT count(*) FROM river_job`); left != 0 {
		t.Error("the job of the cancelled timer is left")
	}
}

// If an expired pump gets water after all, it gives the water back.
func TestAPumpThatIsFilledLateGivesBack(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	late, _ := p.late(p.config(), from, to)
	p.becomes(late, pump.IsReturned)
	idle(t, p.pool, "pumping")
	if p.level(from) != 100 || p.level(to) != 0 {
		t.Errorf("the vessels have %d and %d", p.level(from), p.level(to))
	}
}

// A job without a time is due when the transaction that inserts it begins, by the clock of the
// database. River itself would use the clock of the process, as it does for the column created_at.
func TestJobsAreDueByTheDatabasesClock(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(nil)
	id := uuid.New()
	s.play(id, Step{Wishes: []Wish{{Kind: "say", Name: "a"}}})
	s.hears(id, "said a")
	if rig.One[bool](t, s.pool, `SELECT bool_or(scheduled_at = created_at) FROM river_job`) {
		t.Error("the job is due by the clock of the process")
	}
}

func (s *stage) becomesIdle() {
	s.t.Helper()
	idle(s.t, s.pool, "script")
}
