package write_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
)

// asked is a fake log that records whether it was used.
type asked struct{ used bool }

func (a *asked) Load(context.Context, string, uuid.UUID, int64, func(event.Recorded) error) error {
	a.used = true
	return nil
}

func (a *asked) AppendAll(context.Context, []event.Append) ([]event.Appended, error) {
	a.used = true
	return nil, event.ErrUnavailable
}

func (a *asked) Answers(context.Context, []string) (map[string]event.Answered, error) {
	a.used = true
	return nil, nil
}

// A command on an account of another subject is refused before it waits for the accounts or reads
// them: subjects must not slow each other down. If the owner of an account is not known, the
// command reads the account.
func TestACommandOnSomebodyElsesAccountReadsNothing(t *testing.T) {
	t.Parallel()
	adas, bobs, nobodys := uuid.New(), uuid.New(), uuid.New()
	for _, test := range []struct {
		from, to uuid.UUID
		want     error
		used     bool
	}{
		{bobs, adas, event.ErrStreamNotFound, false},
		{adas, bobs, account.ErrNoTarget, false},
		{nobodys, bobs, event.ErrStreamNotFound, false},
		{nobodys, adas, event.ErrStreamNotFound, true},
	} {
		log := &asked{}
		moves := write.Moves{
			Accounts: command.NewHandler(log, write.Accounts.StreamType, write.Accounts.Decide, write.Accounts.Evolve),
			Pairs:    several.NewHandler(log, account.DecideMove),
			OwnerOf: func(_ context.Context, id uuid.UUID) (string, bool, error) {
				if id == nobodys {
					return "", false, event.ErrStreamNotFound
				}
				return map[uuid.UUID]string{adas: "ada", bobs: "bob"}[id], true, nil
			},
		}
		_, err := moves.Handle(t.Context(), test.from, test.to, account.MoveAndClose{Subject: "ada"}, command.Request{})
		if !errors.Is(err, test.want) || errors.Is(err, account.ErrNoTarget) != errors.Is(test.want, account.ErrNoTarget) || log.used != test.used {
			t.Errorf("%+v: got %v, and the log was used: %t", test, err, log.used)
		}
	}
}
