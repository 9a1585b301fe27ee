package account_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write/account"
)

// history is what happened before a command.
type history = []event.Event

func TestDecide(t *testing.T) {
	t.Parallel()
	opened := events.AccountOpened{Owner: "Ada", Currency: "EUR"}
	deposited := func(n int64) event.Event { return events.MoneyDeposited{Amount: n} }
	withdrawn := func(n int64) event.Event { return events.MoneyWithdrawn{Amount: n} }
	closed := events.AccountClosed{}
	open := account.Open{Owner: "Ada", Currency: "EUR"}
	hers := events.AccountOpened{Owner: "Ada", Currency: "EUR", Subject: "ada"}
	by := func(subject string, command account.Command) account.Command {
		return account.By{Subject: subject, Command: command}
	}

	for _, tc := range []struct {
		name  string
		given history
		when  account.Command
		then  []event.Event
		code  string // the refusal's; "not found" for event.ErrStreamNotFound
	}{
		{"open a new account", nil, open, history{opened}, ""},
		{"open an account again in the same way is quiet", history{opened, deposited(5)}, open, nil, ""},
		{"open an account that somebody else has", history{opened}, account.Open{Owner: "Bob", Currency: "EUR"}, nil, "account_exists"},
		{"open an account that has another currency", history{opened}, account.Open{Owner: "Ada", Currency: "USD"}, nil, "account_exists"},
		{"open an account that is closed", history{opened, closed}, open, nil, "account_closed"},
		{"open for nobody", nil, account.Open{Owner: " ", Currency: "EUR"}, nil, "invalid_owner"},
		{"open for a name that is too long", nil, account.Open{Owner: strings.Repeat("ä", 201), Currency: "EUR"}, nil, "invalid_owner"},
		{"open in a currency that is none", nil, account.Open{Owner: "Ada", Currency: "EUX"}, nil, "invalid_currency"},
		{"open in a currency in small letters", nil, account.Open{Owner: "Ada", Currency: "eur"}, nil, "invalid_currency"},
		{"open in gold", nil, account.Open{Owner: "Ada", Currency: "XAU"}, nil, "invalid_currency"},

		{"deposit", history{opened}, account.Deposit{Amount: 7, Reference: "pay"}, history{events.MoneyDeposited{Amount: 7, Reference: "pay"}}, ""},
		{"deposit nothing is quiet", history{opened}, account.Deposit{}, nil, ""},
		{"deposit less than nothing", history{opened}, account.Deposit{Amount: -1}, nil, "invalid_amount"},
		{"deposit the most there is", history{opened}, account.Deposit{Amount: account.MaxAmount}, history{deposited(account.MaxAmount)}, ""},
		{"deposit more than the most", history{opened}, account.Deposit{Amount: account.MaxAmount + 1}, nil, "invalid_amount"},
		{"deposit what fills an account", history{opened, deposited(9007199254740990)}, account.Deposit{Amount: 1}, history{deposited(1)}, ""},
		{"deposit what JSON numbers can't hold", history{opened, deposited(9007199254740990)}, account.Deposit{Amount: 2}, nil, "balance_limit"},
		{"deposit to an account that has held more", history{opened, deposited(1 << 60)}, account.Deposit{Amount: 1}, nil, "balance_limit"},
		{"withdraw from an account that has held more", history{opened, deposited(1 << 60)}, account.Withdraw{Amount: 7}, history{withdrawn(7)}, ""},
		{"deposit to a full account", history{opened, deposited(account.MaxBalance)}, account.Deposit{Amount: 1}, nil, "balance_limit"},
		{"deposit to a closed account", history{opened, closed}, account.Deposit{Amount: 1}, nil, "account_closed"},
		{"deposit to no account", nil, account.Deposit{Amount: 1}, nil, "not found"},

		{"withdraw all there is", history{opened, deposited(7)}, account.Withdraw{Amount: 7}, history{withdrawn(7)}, ""},
		{"withdraw nothing is quiet", history{opened}, account.Withdraw{}, nil, ""},
		{"withdraw more than there is", history{opened, deposited(7)}, account.Withdraw{Amount: 8}, nil, "insufficient_funds"},
		{"withdraw what is gone", history{opened, deposited(7), withdrawn(6)}, account.Withdraw{Amount: 2}, nil, "insufficient_funds"},
		{"withdraw less than nothing", history{opened}, account.Withdraw{Amount: -9223372036854775808}, nil, "invalid_amount"},
		{"withdraw from a closed account", history{opened, closed}, account.Withdraw{Amount: 1}, nil, "account_closed"},
		{"withdraw from no account", nil, account.Withdraw{Amount: 1}, nil, "not found"},

		{"open an account for its subject", nil, by("ada", open), history{events.AccountOpened{Owner: "Ada", Currency: "EUR", Subject: "ada"}}, ""},
		{"open one's own account again is quiet", history{hers}, by("ada", open), nil, ""},
		{"open somebody else's account", history{hers}, by("bob", open), nil, "account_exists"},
		{"open somebody else's closed account", history{hers, closed}, by("bob", open), nil, "account_exists"},
		{"open somebody's account as nobody", history{hers}, open, nil, "account_exists"},
		{"deposit to one's own account", history{hers}, by("ada", account.Deposit{Amount: 7}), history{deposited(7)}, ""},
		{"deposit to somebody else's account", history{hers}, by("bob", account.Deposit{Amount: 7}), nil, "not found"},
		{"deposit to somebody's account as nobody", history{hers}, account.Deposit{Amount: 7}, nil, "not found"},
		{"deposit to nobody's account as somebody", history{opened}, by("ada", account.Deposit{Amount: 7}), nil, "not found"},
		{"withdraw too much from somebody else's account", history{hers, deposited(7)}, by("bob", account.Withdraw{Amount: 8}), nil, "not found"},
		{"close somebody else's account", history{hers}, by("bob", account.Close{}), nil, "not found"},

		{"close an empty account", history{opened, deposited(7), withdrawn(7)}, account.Close{}, history{closed}, ""},
		{"close a closed account is quiet", history{opened, closed}, account.Close{}, nil, ""},
		{"close an account that holds money", history{opened, deposited(1)}, account.Close{}, nil, "balance_not_zero"},
		{"close no account", nil, account.Close{}, nil, "not found"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			decided, err := account.Decide(fold(tc.given), tc.when)
			if diff := cmp.Diff(tc.then, decided); diff != "" {
				t.Errorf("decided (-want +got):\n%s", diff)
			}
			if got := code(err); got != tc.code {
				t.Errorf("refused with %q, want %q", got, tc.code)
			}
		})
	}
}

// Whatever is commanded: the balance is never negative and never over its limit,
// and the state after what was decided is what the command promised.
func TestEveryHistoryKeepsTheBalance(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 1)) // repeatable
		state := fold(history{events.AccountOpened{Owner: "Ada", Currency: "EUR"}})
		for range 1 + random.IntN(50) {
			command := anyCommand(random)
			decided, err := account.Decide(state, command)
			if err != nil && len(decided) > 0 {
				t.Fatalf("%#v was refused and decided %v", command, decided)
			}
			next := state
			for _, e := range decided {
				next = account.Evolve(next, e)
			}
			if next.Balance < 0 || next.Balance > account.MaxBalance {
				t.Fatalf("%#v on %d makes the balance %d", command, state.Balance, next.Balance)
			}
			checkPromise(t, state, command, next, len(decided))
			state = next
		}
	}
}

func checkPromise(t *testing.T, before account.State, command account.Command, after account.State, decided int) {
	want := before
	if decided > 0 {
		switch c := command.(type) {
		case account.Deposit:
			want.Balance += c.Amount
		case account.Withdraw:
			want.Balance -= c.Amount
		case account.Close:
			want.Status = account.Closed
		}
	}
	if diff := cmp.Diff(want, after); diff != "" {
		t.Fatalf("after %#v (-promised +evolved):\n%s", command, diff)
	}
}

// anyCommand draws small amounts, which meet each other, and all others that there are.
func anyCommand(random *rand.Rand) account.Command {
	amounts := []int64{1 + random.Int64N(100), 1 + random.Int64N(account.MaxAmount), int64(random.Uint64())} //nolint:gosec // negative ones, too
	amount := amounts[random.IntN(len(amounts))]
	commands := []account.Command{
		account.Deposit{Amount: amount}, account.Withdraw{Amount: amount}, account.Close{},
		account.Open{Owner: "Bob", Currency: "USD"},
	}
	return commands[random.IntN(len(commands))]
}

func fold(given history) account.State {
	var state account.State
	for _, e := range given {
		state = account.Evolve(state, e)
	}
	return state
}

func code(err error) string {
	if rejection, ok := errors.AsType[*event.Rejection](err); ok {
		return rejection.Code
	}
	if errors.Is(err, event.ErrStreamNotFound) {
		return "not found"
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
