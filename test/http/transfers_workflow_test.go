package http_test

import (
	"os"
	"path"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
)

// transfer requests a transfer and returns its path.
func (s *stack) transfer(from, to string, amount int) (place string) {
	s.t.Helper()
	asked := s.post("/v1/transfers", transferOf(from, to, amount))
	s.want(asked, 202, "")
	return asked.Header.Get("Location")
}

// becomes waits until a transfer has a status, and returns its code.
func (s *stack) becomes(place, status string) (code any) {
	s.t.Helper()
	await.True(s.t, place+" is "+status, func() bool {
		fields := s.get(place, "").Fields(s.t)
		code = fields["code"]
		return fields["status"] == status
	})
	return code
}

// balance returns the balance of an account, computed from the account's events.
func (s *stack) balance(account string) int {
	s.t.Helper()
	return count(s.t, s.url, `SELECT coalesce(sum(CASE WHEN type = 'account.money_deposited' THEN 1 ELSE -1 END * (data->>'amount')::bigint), 0) FROM events
		WHERE type IN ('account.money_deposited', 'account.money_withdrawn') AND stream_id = $1`, path.Base(account))
}

// The workflow moves the money, and the transfer gets the status "completed".
func TestATransferMovesTheMoney(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.works()
	from, _ := s.open("Ada", "EUR")
	to, _ := s.open("Bob", "EUR")
	s.want(s.post(from+"/deposits", `{"amount":700}`), 200, "")
	place := s.transfer(from, to, 300)
	if code := s.becomes(place, "completed"); code != nil {
		t.Errorf("a completed transfer has the code %v", code)
	}
	if s.balance(from) != 400 || s.balance(to) != 300 {
		t.Errorf("the accounts hold %d and %d", s.balance(from), s.balance(to))
	}
	if n := count(t, s.url, `SELECT count(*) FROM events WHERE metadata->>'actor' = 'workflow:transfers'`); n != 4 {
		t.Errorf("%d events name the workflow as their actor, want the two steps and the two notes of them", n)
	}
	if n := count(t, s.url, `SELECT count(DISTINCT metadata->>'correlation_id') FROM events WHERE stream_id = $1 OR data->>'transfer_id' = $1::text`, path.Base(place)); n != 1 {
		t.Errorf("the events of a transfer have %d correlation ids", n)
	}
}

// If the other account does not take the money, the sender gets it back. The code that the sender
// reads is the same for each reason.
func TestATransferThatIsNotAcceptedIsRefunded(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.works()
	from, _ := s.open("Ada", "EUR")
	dollars, _ := s.open("Bob", "USD")
	gone, _ := s.open("Bob", "EUR")
	s.want(s.post(gone+"/closure", `{}`), 200, "")
	s.want(s.post(from+"/deposits", `{"amount":700}`), 200, "")
	for reason, to := range map[string]string{"another currency": dollars, "a closed account": gone, "no account": "/" + uuid.NewString()} {
		if code := s.becomes(s.transfer(from, to, 100), "refunded"); code != "not_accepted" {
			t.Errorf("%s: the code is %v", reason, code)
		}
	}
	if s.balance(from) != 700 || s.balance(dollars) != 0 || s.balance(gone) != 0 {
		t.Errorf("the accounts hold %d, %d and %d", s.balance(from), s.balance(dollars), s.balance(gone))
	}
}

// A transfer is refused if its sender spends the money between the request and the debit.
func TestATransferWhoseMoneyIsSpent(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	from, _ := s.open("Ada", "EUR")
	to, _ := s.open("Bob", "EUR")
	s.want(s.post(from+"/deposits", `{"amount":700}`), 200, "")
	place := s.transfer(from, to, 500)
	s.want(s.post(from+"/withdrawals", `{"amount":700}`), 200, "")
	s.works()
	if code := s.becomes(place, "refused"); code != "insufficient_funds" {
		t.Errorf("the code is %v", code)
	}
	if s.balance(from) != 0 || s.balance(to) != 0 {
		t.Errorf("the accounts hold %d and %d", s.balance(from), s.balance(to))
	}
}

// The test kills processes that run the workflow in the middle of their work. Nevertheless each
// transfer is completed or refunded, and no money is moved twice.
func TestTransfersWhileWorkersAreKilled(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	from, _ := s.open("Ada", "EUR")
	to, _ := s.open("Bob", "EUR")
	dollars, _ := s.open("Bob", "USD")
	s.want(s.post(from+"/deposits", `{"amount":1000}`), 200, "")
	const transfers = 60
	var places []string
	for i := range transfers {
		target := to
		if i%3 == 0 {
			target = dollars
		}
		places = append(places, s.transfer(from, target, 10))
	}
	const moved = `SELECT count(*) FROM events WHERE data ? 'transfer_id'`
	for round := range 3 {
		worker := s.works()
		await.True(t, "some steps are done", func() bool { return count(t, s.url, moved) > 15*(round+1) })
		worker.End(os.Kill)
	}
	s.works()
	for i, place := range places {
		if i%3 == 0 {
			s.becomes(place, "refunded")
		} else {
			s.becomes(place, "completed")
		}
	}
	if s.balance(from) != 600 || s.balance(to) != 400 || s.balance(dollars) != 0 {
		t.Errorf("the accounts hold %d, %d and %d", s.balance(from), s.balance(to), s.balance(dollars))
	}
	if n := count(t, s.url, moved); n != transfers*2 {
		t.Errorf("%d steps were done, want %d", n, transfers*2)
	}
}
