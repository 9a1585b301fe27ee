package account_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write/account"
)

var transferID = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b")

func TestDecideTheStepsOfATransfer(t *testing.T) {
	t.Parallel()
	opened := events.AccountOpened{Owner: "Ada", Currency: "EUR", Subject: "ada"}
	deposited := func(n int64) event.Event { return events.MoneyDeposited{Amount: n} }
	closed := events.AccountClosed{}
	send := func(amount int64) account.Send {
		return account.Send{Transfer: transferID, Subject: "ada", Amount: amount, Reference: "rent"}
	}
	receive := func(amount int64) account.Receive {
		return account.Receive{Transfer: transferID, Currency: "EUR", Amount: amount, Reference: "rent"}
	}
	refund := func(amount int64) account.Refund {
		return account.Refund{Transfer: transferID, Amount: amount, Reference: "rent"}
	}
	got := func(amount int64, refund bool) event.Event {
		return events.MoneyDeposited{Amount: amount, Reference: "rent", TransferID: transferID, Refund: refund}
	}

	d := spec.NewDecider(t, account.Decide, account.Evolve)
	d.Allows("send all there is", history{opened, deposited(7)}, send(7), events.MoneyWithdrawn{Amount: 7, Reference: "rent", TransferID: transferID})
	d.Refuses("send more than there is", history{opened, deposited(7)}, send(8), "insufficient_funds")
	d.Refuses("send nothing", history{opened, deposited(7)}, send(0), "invalid_amount")
	d.Refuses("send less than nothing", history{opened, deposited(7)}, send(-1), "invalid_amount")
	d.Refuses("send from a closed account", history{opened, closed}, send(1), "account_closed")
	d.Refuses("send what was refunded to a closed account", history{opened, closed, deposited(7)}, send(7), "account_closed")
	d.Refuses("send from no account", nil, send(1), spec.NotFound)
	d.Refuses("send from somebody else's account", history{opened, deposited(7)}, account.Send{Subject: "bob", Amount: 7}, spec.NotFound)

	d.Allows("receive from anybody", history{opened}, receive(7), got(7, false))
	d.Allows("receive what fills an account", history{opened, deposited(account.MaxBalance - 7)}, receive(7), got(7, false))
	d.Refuses("receive more than an account may hold", history{opened, deposited(account.MaxBalance - 6)}, receive(7), "balance_limit")
	d.Refuses("receive another currency", history{opened}, account.Receive{Currency: "USD", Amount: 7}, "other_currency")
	d.Refuses("receive nothing", history{opened}, receive(0), "invalid_amount")
	d.Refuses("receive in a closed account", history{opened, closed}, receive(7), "account_closed")
	d.Refuses("receive in no account", nil, receive(7), spec.NotFound)

	d.Allows("refund", history{opened}, refund(7), got(7, true))
	d.Allows("refund a closed account", history{opened, closed}, refund(7), got(7, true))
	d.Allows("refund a full account", history{opened, deposited(account.MaxBalance)}, refund(7), got(7, true))
	d.Refuses("refund nothing", history{opened}, refund(0), "invalid_amount")
	d.Refuses("refund no account", nil, refund(7), spec.NotFound)
}

// A job that stores a command as JSON executes the same command later.
func TestTheStepsOfATransferAsJSON(t *testing.T) {
	t.Parallel()
	sameAsJSON(t, account.Send{Transfer: transferID, Subject: "ada", Amount: 7, Reference: "rent"},
		`{"transfer":"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b","subject":"ada","amount":7,"reference":"rent"}`)
	sameAsJSON(t, account.Receive{Transfer: transferID, Currency: "EUR", Amount: 7, Reference: "rent"},
		`{"transfer":"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b","currency":"EUR","amount":7,"reference":"rent"}`)
	sameAsJSON(t, account.Refund{Transfer: transferID, Amount: 7},
		`{"transfer":"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b","amount":7}`)
}

func sameAsJSON[C any](t *testing.T, command C, want string) {
	t.Helper()
	encoded, err := json.Marshal(command)
	if err != nil || string(encoded) != want {
		t.Errorf("%T is %s, %v", command, encoded, err)
	}
	var decoded C
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(command, decoded); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}
