//go:build all && unix

package replica_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

// process handles commands as an API process does, but without HTTP.
type process struct {
	name    string
	store   *eventlog.Store
	handler *command.Handler[tank.State, tank.Command]
}

func startProcess(t *testing.T, url, name string) *process {
	t.Helper()
	pool, err := pg.Open(t.Context(), url, name, 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store := eventlog.New(pool, eventlog.Config{
		Decode: tank.Decode, MessageOf: event.PublicMessage, FlightFor: time.Second, SettleFor: 3 * time.Second,
	})
	await.Background(t, store.Run)
	return &process{name, store, command.NewHandler(store, tank.Stream, decide, tank.Evolve)}
}

// decide accepts a command that does nothing. For every other command it calls tank.Decide, the
// Decide function of the test domain.
func decide(s tank.State, c tank.Command) ([]event.Event, error) {
	if c == (tank.Drain{}) {
		return nil, nil
	}
	return tank.Decide(s, c)
}

// said is the answer that a process has given to one command.
type said struct {
	what   string
	result command.Result
	err    error
}

// send sends a command, and returns a channel that receives the answer. If no answer comes within
// the given time, the channel receives a value which says that there was no answer.
func (p *process) send(id uuid.UUID, c tank.Command, key string, within time.Duration) <-chan said {
	answer := make(chan said, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		result, err := p.handler.Handle(ctx, id, c, command.Request{Key: key, Fingerprint: []byte(key)})
		answer <- said{p.name + " " + key, result, err}
	}()
	return answer
}

// must sends a command, and fails the test if the command is not accepted.
func (p *process) must(t *testing.T, id uuid.UUID, c tank.Command) {
	t.Helper()
	if answer := <-p.send(id, c, "", await.Within); answer.err != nil {
		t.Fatal(answer.err)
	}
}

// judge checks that an answer is true according to the log that remains after the promotion.
func (s said) judge(t *testing.T, version, level int64) {
	t.Helper()
	rejection, refused := errors.AsType[*event.Rejection](s.err)
	switch {
	case s.err == nil && s.result.Version > version:
		t.Errorf("%s: version %d was acknowledged, the log ends at %d", s.what, s.result.Version, version)
	case refused && level > 0:
		t.Errorf("%s: %q was said of a tank in which there are %d", s.what, rejection.Code, level)
	}
}
