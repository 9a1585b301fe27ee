package write_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/transfer"
)

// A request about an account of another subject, and a request of a subject that has too many open
// transfers, are refused before they read the account. If the transfers can't be counted, the request
// is decided.
func TestARequestThatIsRefusedReadsNothing(t *testing.T) {
	t.Parallel()
	adas, bobs := uuid.New(), uuid.New()
	for name, test := range map[string]struct {
		from   uuid.UUID
		open   int
		failed error
		used   bool
		is     func(error) bool
	}{
		"somebody else's": {bobs, 0, nil, false, notFound},
		"one too many":    {adas, transfer.MostOpen, nil, false, tooMany},
		"the last one":    {adas, transfer.MostOpen - 1, nil, true, notFound},
		"not counted":     {adas, transfer.MostOpen, event.ErrNotBuilt, true, notFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := &asked{}
			requests := write.Requests{
				Transfers: command.NewHandler(log, write.Transfers.StreamType, write.Transfers.Decide, write.Transfers.Evolve),
				Accounts:  command.NewHandler(log, write.Accounts.StreamType, write.Accounts.Decide, write.Accounts.Evolve),
				Asked:     several.NewHandler(log, transfer.DecideRequest),
				OwnerOf: func(_ context.Context, id uuid.UUID) (string, bool, error) {
					return map[uuid.UUID]string{adas: "ada", bobs: "bob"}[id], true, nil
				},
				Open: func(context.Context, string, int) (int, error) { return test.open, test.failed },
			}
			c := transfer.Request{Subject: "ada", From: test.from, To: uuid.New(), Amount: 1}
			_, err := requests.Handle(t.Context(), uuid.New(), c, command.Request{NewStream: true})
			if !test.is(err) || log.used != test.used {
				t.Errorf("got %v, and the log was used: %t", err, log.used)
			}
		})
	}
}

// If a replica does not answer, a command does not wait for the look-ups that read the replica.
func TestACommandDoesNotWaitForAReplica(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log, began := &asked{}, time.Now()
		accounts := command.NewHandler(log, write.Accounts.StreamType, write.Accounts.Decide, write.Accounts.Evolve)
		frozen := func(ctx context.Context, _ uuid.UUID) (string, bool, error) {
			<-ctx.Done()
			return "", false, ctx.Err()
		}
		requests := write.Requests{
			Transfers: command.NewHandler(log, write.Transfers.StreamType, write.Transfers.Decide, write.Transfers.Evolve),
			Accounts:  accounts, Asked: several.NewHandler(log, transfer.DecideRequest), OwnerOf: frozen,
			Open: func(ctx context.Context, _ string, _ int) (int, error) {
				<-ctx.Done()
				return 0, ctx.Err()
			},
		}
		_, asking := requests.Handle(t.Context(), uuid.New(), transfer.Request{Subject: "ada", From: uuid.New(), To: uuid.New(), Amount: 1}, command.Request{NewStream: true})
		moves := write.Moves{Accounts: accounts, Pairs: several.NewHandler(log, account.DecideMove), OwnerOf: frozen}
		_, moving := moves.Handle(t.Context(), uuid.New(), uuid.New(), account.MoveAndClose{Subject: "ada"}, command.Request{})
		if took := time.Since(began); !notFound(asking) || !notFound(moving) || !log.used || took > time.Second {
			t.Errorf("after %s: %v and %v, and the log was used: %t", took, asking, moving, log.used)
		}
	})
}

func notFound(err error) bool { return errors.Is(err, event.ErrStreamNotFound) }

func tooMany(err error) bool {
	rejection, refused := errors.AsType[*event.Rejection](err)
	return refused && rejection.Code == "too_many_transfers"
}
