//go:build all && unix

package replica_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
)

// doubts lists the ways in which a commit can become visible too early: while the commit still
// waits for the standby, and only the primary has the commit.
var doubts = map[string]func(t *testing.T, p pair){
	"the flight's time is up": func(*testing.T, pair) {},
	"its session is ended": func(t *testing.T, p pair) {
		ask[bool](t, p.primary, `SELECT pg_terminate_backend($1)`, p.waiting(t, "first"))
	},
	"every wait is cancelled": cancelWaits,
	"the primary crashes":     func(t *testing.T, p pair) { p.crash(t) },
}

// cancelWaits cancels every wait for the standby until the test ends or the primary ends.
func cancelWaits(t *testing.T, p pair) {
	const sql = `SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`
	conn, err := pgx.Connect(t.Context(), p.primary)
	if err != nil {
		t.Fatal(err)
	}
	await.Background(t, func(ctx context.Context) error {
		defer func() { _ = conn.Close(ctx) }()
		for ctx.Err() == nil {
			if _, err := conn.Exec(ctx, sql); err != nil {
				return nil
			}
		}
		return nil
	})
}

// In this test, every session sees a commit that only the primary has. If a process answers a
// command after it has seen that commit, the answer must still be true after the standby, which
// lacks the commit, was promoted.
func TestAcknowledgedIsWithTheRequiredStandby(t *testing.T) {
	t.Parallel()
	for name, doubt := range doubts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startRequired(t)
			first, second := startProcess(t, p.primary, "first"), startProcess(t, p.primary, "second")
			id := uuid.New()
			fill(t, id, first, second)
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

// fill creates a tank (an aggregate of the tests) with the level 11. Both processes cache the state
// of the tank, but the second process has not read the tank's last event.
func fill(t *testing.T, id uuid.UUID, first, second *process) {
	t.Helper()
	first.must(t, id, tank.Build{})
	second.must(t, id, tank.Pour{Amount: 10})
	first.must(t, id, tank.Pour{Amount: 1})
}

// emptyUnseen ends the standby, and sends the command that empties the tank, so the standby lacks
// the commit of this command. emptyUnseen then calls the function doubt, which makes the commit
// visible to other sessions nevertheless. emptyUnseen returns the answer to the command.
func (p *process) emptyUnseen(t *testing.T, on pair, id uuid.UUID, doubt func(*testing.T, pair)) []said {
	t.Helper()
	on.loseStandby(t)
	answer := p.send(id, tank.Drain{Amount: 11}, "empty", await.Within)
	await.True(t, "the flight waits for the standby", func() bool { return on.waiting(t, p.name) != 0 })
	doubt(t, on)
	const seen = `SELECT EXISTS (SELECT FROM events WHERE stream_id = $1 AND version = 4)`
	await.True(t, "it is seen", func() bool { return ask[bool](t, on.primary, seen, id) })
	return []said{await.Signal(t, "its answer", answer)}
}

// followUps sends further commands, whose answers depend on whether the tank is empty.
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

// reread reads a tank's version and level from the log of a database.
func reread(t *testing.T, url string, id uuid.UUID) (version, level int64) {
	t.Helper()
	var state tank.State
	err := startProcess(t, url, "reader").store.Load(t.Context(), tank.Stream, id, 0, func(e event.Recorded) error {
		version, state = e.Version, tank.Evolve(state, e.Event)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return version, state.Level
}
