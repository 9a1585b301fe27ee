//go:build all && unix

package replica_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/tank"
)

// doubts are how a commit that waits for the standby becomes one that only the primary has.
var doubts = map[string]func(t *testing.T, p pair){
	"the flight's time is up": func(*testing.T, pair) {},
	"its session is ended": func(t *testing.T, p pair) {
		ask[bool](t, p.primary, `SELECT pg_terminate_backend($1)`, p.waiting(t, "first"))
	},
	"its wait is cancelled": func(t *testing.T, p pair) {
		ask[bool](t, p.primary, `SELECT pg_cancel_backend($1)`, p.waiting(t, "first"))
	},
	"the primary crashes": func(t *testing.T, p pair) { p.crash(t) },
}

// A commit that only the primary has is seen by everybody. Whatever is answered then, by
// whichever process, holds when the standby takes over without it.
func TestAcknowledgedIsWithTheRequiredStandby(t *testing.T) {
	t.Parallel()
	for name, doubt := range doubts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startRequired(t)
			first, second := startProcess(t, p.primary, "first"), startProcess(t, p.primary, "second")
			id := uuid.New()
			first.must(t, id, tank.Build{})
			first.must(t, id, tank.Pour{Amount: 10})
			answers := first.emptyUnseen(t, p, id, doubt)
			for _, answer := range followUps(id, 3*time.Second, first, second) {
				answers = append(answers, <-answer)
			}
			p.promote(t)
			version, level := reread(t, p.reads, id)
			for _, answer := range answers {
				answer.judge(t, version, level)
			}
		})
	}
}

// emptyUnseen takes the standby away, has the tank emptied, and has that become visible
// without the standby. It returns what was answered.
func (p *process) emptyUnseen(t *testing.T, on pair, id uuid.UUID, doubt func(*testing.T, pair)) []said {
	t.Helper()
	on.loseStandby(t)
	answer := p.send(id, tank.Drain{Amount: 10}, "empty", await.Within)
	await.True(t, "the flight waits for the standby", func() bool { return on.waiting(t, p.name) != 0 })
	doubt(t, on)
	const seen = `SELECT EXISTS (SELECT FROM events WHERE stream_id = $1 AND version = 3)`
	await.True(t, "it is seen", func() bool { return ask[bool](t, on.primary, seen, id) })
	return []said{await.Signal(t, "its answer", answer)}
}

// followUps are commands whose answers rest on whether the tank is empty.
func followUps(id uuid.UUID, within time.Duration, processes ...*process) []<-chan said {
	var answers []<-chan said
	for _, p := range processes {
		answers = append(answers,
			p.send(id, tank.Drain{Amount: 10}, "empty", within),
			p.send(id, tank.Drain{Amount: 1}, "", within),
			p.send(id, tank.Drain{}, "", within))
	}
	return answers
}

// reread is where a tank is in a database's log.
func reread(t *testing.T, url string, id uuid.UUID) (version, level int64) {
	t.Helper()
	var state tank.State
	err := startProcess(t, url, "reader").store.Load(t.Context(), tank.Stream, id, 0, func(e events.Recorded) error {
		version, state = e.Version, tank.Evolve(state, e.Event)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return version, state.Level
}
