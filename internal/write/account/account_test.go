package account_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write/account"
)

// history has the events that an account has before a command.
type history = []event.Event

func TestDecide(t *testing.T) {
	t.Parallel()
	opened := events.AccountOpened{Owner: "Ada", Currency: "EUR"}
	deposited := func(n int64) event.Event { return events.MoneyDeposited{Amount: n} }
	withdrawn := func(n int64) event.Event { return events.MoneyWithdrawn{Amount: n} }
	closed := events.AccountClosed{}
	open := account.Open{Owner: "Ada", Currency: "EUR"}
	hers := events.AccountOpened{Owner: "Ada", Currency: "EUR", Subject: "ada"}
	opens := func(subject string) account.Open {
		return account.Open{Subject: subject, Owner: "Ada", Currency: "EUR"}
	}

	d := spec.NewDecider(t, account.Decide, account.Evolve)
	d.Allows("open a new account", nil, open, opened)
	d.Quiet("open an account again in the same way is quiet", history{opened, deposited(5)}, open)
	d.Refuses("open an account that somebody else has", history{opened}, account.Open{Owner: "Bob", Currency: "EUR"}, "account_exists")
	d.Refuses("open an account that has another currency", history{opened}, account.Open{Owner: "Ada", Currency: "USD"}, "account_exists")
	d.Refuses("open an account that is closed", history{opened, closed}, open, "account_closed")
	d.Refuses("open for nobody", nil, account.Open{Owner: " ", Currency: "EUR"}, "invalid_owner")
	d.Refuses("open for a name that is too long", nil, account.Open{Owner: strings.Repeat("ä", 201), Currency: "EUR"}, "invalid_owner")
	d.Refuses("open in a currency that is none", nil, account.Open{Owner: "Ada", Currency: "EUX"}, "invalid_currency")
	d.Refuses("open in a currency in small letters", nil, account.Open{Owner: "Ada", Currency: "eur"}, "invalid_currency")
	d.Refuses("open in gold", nil, account.Open{Owner: "Ada", Currency: "XAU"}, "invalid_currency")

	d.Allows("deposit", history{opened}, account.Deposit{Amount: 7, Reference: "pay"}, events.MoneyDeposited{Amount: 7, Reference: "pay"})
	d.Quiet("deposit nothing is quiet", history{opened}, account.Deposit{})
	d.Refuses("deposit less than nothing", history{opened}, account.Deposit{Amount: -1}, "invalid_amount")
	d.Allows("deposit the most there is", history{opened}, account.Deposit{Amount: account.MaxAmount}, deposited(account.MaxAmount))
	d.Refuses("deposit more than the most", history{opened}, account.Deposit{Amount: account.MaxAmount + 1}, "invalid_amount")
	d.Allows("deposit what fills an account", history{opened, deposited(9007199254740990)}, account.Deposit{Amount: 1}, deposited(1))
	d.Refuses("deposit what JSON numbers can't hold", history{opened, deposited(9007199254740990)}, account.Deposit{Amount: 2}, "balance_limit")
	d.Refuses("deposit to an account that has held more", history{opened, deposited(1 << 60)}, account.Deposit{Amount: 1}, "balance_limit")
	d.Allows("withdraw from an account that has held more", history{opened, deposited(1 << 60)}, account.Withdraw{Amount: 7}, withdrawn(7))
	d.Refuses("deposit to a full account", history{opened, deposited(account.MaxBalance)}, account.Deposit{Amount: 1}, "balance_limit")
	d.Refuses("deposit to a closed account", history{opened, closed}, account.Deposit{Amount: 1}, "account_closed")
	d.Refuses("deposit to no account", nil, account.Deposit{Amount: 1}, spec.NotFound)

	d.Allows("withdraw all there is", history{opened, deposited(7)}, account.Withdraw{Amount: 7}, withdrawn(7))
	d.Quiet("withdraw nothing is quiet", history{opened}, account.Withdraw{})
	d.Refuses("withdraw more than there is", history{opened, deposited(7)}, account.Withdraw{Amount: 8}, "insufficient_funds")
	d.Refuses("withdraw what is gone", history{opened, deposited(7), withdrawn(6)}, account.Withdraw{Amount: 2}, "insufficient_funds")
	d.Refuses("withdraw less than nothing", history{opened}, account.Withdraw{Amount: -9223372036854775808}, "invalid_amount")
	d.Refuses("withdraw from a closed account", history{opened, closed}, account.Withdraw{Amount: 1}, "account_closed")
	d.Refuses("withdraw from no account", nil, account.Withdraw{Amount: 1}, spec.NotFound)

	d.Allows("withdraw from a closed account what was refunded", history{opened, closed, deposited(7)}, account.Withdraw{Amount: 5}, withdrawn(5))
	d.Refuses("withdraw more than was refunded", history{opened, closed, deposited(7)}, account.Withdraw{Amount: 8}, "insufficient_funds")
	d.Refuses("withdraw from a closed account all of whose refund is gone", history{opened, closed, deposited(7), withdrawn(7)}, account.Withdraw{Amount: 1}, "account_closed")

	d.Allows("open an account for its subject", nil, opens("ada"), events.AccountOpened{Owner: "Ada", Currency: "EUR", Subject: "ada"})
	d.Quiet("open one's own account again is quiet", history{hers}, opens("ada"))
	d.Refuses("open somebody else's account", history{hers}, opens("bob"), "account_exists")
	d.Refuses("open somebody else's closed account", history{hers, closed}, opens("bob"), "account_exists")
	d.Refuses("open somebody's account as nobody", history{hers}, open, "account_exists")
	d.Allows("deposit to one's own account", history{hers}, account.Deposit{Subject: "ada", Amount: 7}, deposited(7))
	d.Refuses("deposit to somebody else's account", history{hers}, account.Deposit{Subject: "bob", Amount: 7}, spec.NotFound)
	d.Refuses("deposit to somebody's account as nobody", history{hers}, account.Deposit{Amount: 7}, spec.NotFound)
	d.Refuses("deposit to nobody's account as somebody", history{opened}, account.Deposit{Subject: "ada", Amount: 7}, spec.NotFound)
	d.Refuses("withdraw too much from somebody else's account", history{hers, deposited(7)}, account.Withdraw{Subject: "bob", Amount: 8}, spec.NotFound)
	d.Refuses("close somebody else's account", history{hers}, account.Close{Subject: "bob"}, spec.NotFound)

	d.Allows("close an empty account", history{opened, deposited(7), withdrawn(7)}, account.Close{}, closed)
	d.Quiet("close a closed account is quiet", history{opened, closed}, account.Close{})
	d.Refuses("close an account that holds money", history{opened, deposited(1)}, account.Close{}, "balance_not_zero")
	d.Quiet("close a closed account that has got a refund is quiet", history{opened, closed, deposited(7)}, account.Close{})
	d.Refuses("close no account", nil, account.Close{}, spec.NotFound)
}

// For any sequence of commands, the balance is never negative and never above its limit. After each
// decision, the state is changed as the command requires.
func TestEveryHistoryKeepsTheBalance(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 1)) // the same numbers in every run
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
		case account.Send:
			want.Balance -= c.Amount
		case account.Receive:
			want.Balance += c.Amount
		case account.Refund:
			want.Balance += c.Amount
		case account.Close:
			want.Status = account.Closed
		}
	}
	if diff := cmp.Diff(want, after); diff != "" {
		t.Fatalf("after %#v (-promised +evolved):\n%s", command, diff)
	}
}

// anyCommand returns a random command. The amount of the command is often small, like the balances
// of the test, so that a withdrawal can succeed. Other amounts are of any size.
func anyCommand(random *rand.Rand) account.Command {
	amounts := []int64{1 + random.Int64N(100), 1 + random.Int64N(account.MaxAmount), int64(random.Uint64())} // negative amounts, too
	amount := amounts[random.IntN(len(amounts))]
	commands := []account.Command{
		account.Deposit{Amount: amount}, account.Withdraw{Amount: amount}, account.Close{},
		account.Open{Owner: "Bob", Currency: "USD"},
		account.Send{Amount: amount}, account.Receive{Currency: "EUR", Amount: amount}, account.Refund{Amount: amount},
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
