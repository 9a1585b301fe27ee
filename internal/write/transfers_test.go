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

func notFound(err error) bool { return errors.Is(err, event.ErrStreamNotFound) }

func tooMany(err error) bool {
	rejection, refused := errors.AsType[*event.Rejection](err)
	return refused && rejection.Code == "too_many_transfers"
}
