package transfer_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write/transfer"
)

// history has the events that a transfer has before a command.
type history = []event.Event

var (
	from = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-000000000001")
	to   = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-000000000002")
)

func requested() events.TransferRequested {
	return events.TransferRequested{From: from, To: to, Amount: 7, Currency: "EUR", Reference: "rent", Subject: "ada"}
}

// outcome is the result of a step in a state. If it is an event, the step causes this event. If it
// is "", the step causes no event. If it is spec.NotFound or transfer.OutOfOrder, the step fails.
type outcome = any

// Each step is tried in each state.
func TestDecide(t *testing.T) {
	t.Parallel()
	debited, completed, notAccepted := events.TransferDebited{}, events.TransferCompleted{}, events.TransferNotAccepted{}
	refused, refunded, expired := events.TransferRefused{Code: "account_closed"}, events.TransferRefunded{}, events.TransferExpired{}
	const quiet, wrong = "", transfer.OutOfOrder
	steps := []transfer.Command{transfer.NoteDebited{}, transfer.NoteCompleted{}, transfer.Refuse{Code: "account_closed"}, transfer.NotAccept{}, transfer.NoteRefunded{}, transfer.Expire{}}

	d := spec.NewDecider(t, transfer.Decide, transfer.Evolve)
	for _, state := range []struct {
		name  string
		given history
		then  [6]outcome // of the steps, in their order
	}{
		{"unrequested", nil, [6]outcome{spec.NotFound, spec.NotFound, spec.NotFound, spec.NotFound, spec.NotFound, spec.NotFound}},
		{"requested", history{requested()}, [6]outcome{debited, wrong, refused, wrong, wrong, expired}},
		{"debited", history{requested(), debited}, [6]outcome{quiet, completed, wrong, notAccepted, wrong, quiet}},
		{"completed", history{requested(), debited, completed}, [6]outcome{quiet, quiet, wrong, wrong, wrong, quiet}},
		{"not accepted", history{requested(), debited, notAccepted}, [6]outcome{quiet, wrong, wrong, quiet, refunded, quiet}},
		{"refunded", history{requested(), debited, notAccepted, refunded}, [6]outcome{quiet, wrong, wrong, quiet, quiet, quiet}},
		{"refused", history{requested(), refused}, [6]outcome{wrong, wrong, quiet, wrong, wrong, quiet}},
		{"expired", history{requested(), expired}, [6]outcome{debited, wrong, refused, wrong, wrong, quiet}},
		{"refused late", history{requested(), expired, refused}, [6]outcome{wrong, wrong, quiet, wrong, wrong, quiet}},
		{"debited late", history{requested(), expired, debited}, [6]outcome{quiet, wrong, wrong, wrong, refunded, quiet}},
		{"debited late and refunded", history{requested(), expired, debited, refunded}, [6]outcome{quiet, wrong, wrong, wrong, quiet, quiet}},
	} {
		for i, step := range steps {
			name := state.name + ", " + []string{"debited", "completed", "refused", "not accepted", "refunded", "expired"}[i]
			switch then := state.then[i].(type) {
			case event.Event:
				d.Allows(name, state.given, step, then)
			case string:
				if then == quiet {
					d.Quiet(name, state.given, step)
				} else {
					d.Refuses(name, state.given, step, then)
				}
			}
		}
	}
}

// A workflow gives the money back if the state says that the transfer had expired before the debit.
// So the state must still say this after the debit.
func TestTheStateOfALateDebit(t *testing.T) {
	t.Parallel()
	var s transfer.State
	for _, e := range (history{requested(), events.TransferExpired{}, events.TransferDebited{}}) {
		s = transfer.Evolve(s, e)
	}
	want := transfer.State{
		Status: transfer.Debited, Expired: true, Subject: "ada", From: from, To: to, Amount: 7, Currency: "EUR", Reference: "rent",
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}

// A job that stores a command as JSON executes the same command later.
func TestCommandsAsJSON(t *testing.T) {
	t.Parallel()
	encoded, err := json.Marshal(transfer.Refuse{Code: "account_closed"})
	if err != nil || string(encoded) != `{"code":"account_closed"}` {
		t.Errorf("encoded %s, %v", encoded, err)
	}
	var decoded transfer.Refuse
	if err := json.Unmarshal(encoded, &decoded); err != nil || decoded.Code != "account_closed" {
		t.Errorf("decoded %+v, %v", decoded, err)
	}
}
