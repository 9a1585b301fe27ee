package http_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
)

// moveTo returns the body of a request that closes an account, and moves the balance to the account
// at the given path.
func moveTo(path string) string { return fmt.Sprintf(`{"move_balance_to":%q}`, filepath.Base(path)) }

// A request that closes an account moves the balance to another account of the same subject. This
// is done in one append, once per Idempotency-Key, and only if the account is at the version that
// If-Match names.
func TestAClosureMovesTheBalance(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	from, _ := s.open("Ada", "EUR")
	to, _ := s.open("Ada", "EUR")
	s.want(s.post(from+"/deposits", `{"amount":700}`), 200, "")
	s.want(s.post(to+"/deposits", `{"amount":50}`), 200, "")
	s.want(s.post(from+"/closure", moveTo(to), "If-Match", `"1"`), 412, "precondition_failed")
	closed := s.post(from+"/closure", moveTo(to), "If-Match", `"2"`, "Idempotency-Key", "k")
	s.want(closed, 200, "")
	if fields := closed.Fields(t); fields["version"] != 4.0 || fields["id"] != filepath.Base(from) || closed.Header.Get("ETag") != `"4"` {
		t.Errorf("answered %s %v", closed.Body, closed.Header)
	}
	again := s.post(from+"/closure", moveTo(to), "If-Match", `"2"`, "Idempotency-Key", "k")
	if again.Body != closed.Body || again.Header.Get("ETag") != `"4"` || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %d %v %s", again.Status, again.Header, again.Body)
	}
	s.want(s.post(from+"/closure", `{}`, "Idempotency-Key", "k"), 422, "idempotency_key_reused")
	s.want(s.post(from+"/closure", moveTo(to)), 200, "")

	position := closed.Header.Get("Event-Position")
	if fields := s.get(from, position).Fields(t); fields["balance"] != 0.0 || fields["status"] != "closed" || fields["version"] != 4.0 {
		t.Errorf("the closed account is %v", fields)
	}
	if fields := s.get(to, position).Fields(t); fields["balance"] != 750.0 || fields["version"] != 3.0 {
		t.Errorf("the other account is %v", fields)
	}
	for path, line := range map[string]string{
		from: `"kind":"withdrawal","amount":700,"balance":0`, to: `"kind":"deposit","amount":700,"balance":750`,
	} {
		if lines := s.get(path+"/statement", position).Body; !strings.Contains(lines, line) {
			t.Errorf("no %s in %s", line, lines)
		}
	}
}

// A balance is not moved to an account that can't take it. The answer says which rule forbids the
// move, and neither account is changed.
func TestABalanceIsNotMovedToJustAnyAccount(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	ada, bob := g.as("ada", both), g.as("bob", both)
	open := func(currency string, headers []string) string {
		answer := g.post("/v1/accounts", fmt.Sprintf(`{"owner":"Ada","currency":%q}`, currency), headers...)
		g.want(answer, 201, "")
		return answer.Header.Get("Location")
	}
	from, dollars, gone, theirs := open("EUR", ada), open("USD", ada), open("EUR", ada), open("EUR", bob)
	g.want(g.post(from+"/deposits", `{"amount":700}`, ada...), 200, "")
	g.want(g.post(gone+"/closure", `{}`, ada...), 200, "")
	for _, refused := range []struct {
		to     string
		status int
		code   string
	}{
		{from, 422, "same_account"}, {dollars, 422, "other_currency"}, {gone, 422, "target_closed"},
		{theirs, 404, "not_found"}, {"/" + uuid.NewString(), 404, "not_found"}, {"/7", 400, "invalid_request"},
	} {
		answer := g.post(from+"/closure", moveTo(refused.to), append(ada, "Idempotency-Key", "k")...)
		g.want(answer, refused.status, refused.code)
		if !strings.Contains(answer.Body, "move_balance_to") {
			t.Errorf("%s does not name the field", answer.Body)
		}
	}
	known, unknown := g.post(from+"/closure", moveTo(theirs), ada...), g.post(from+"/closure", moveTo("/"+uuid.NewString()), ada...)
	if without(known) != without(unknown) {
		t.Errorf("an account of somebody else is told apart: %s, %s", known.Body, unknown.Body)
	}
	g.want(g.post(from+"/closure", moveTo(theirs), bob...), 404, "not_found")
	last := g.post(from+"/deposits", `{"amount":1}`, ada...)
	if last.Fields(t)["version"] != 3.0 {
		t.Errorf("a refused closure has changed the account: %s", last.Body)
	}
}

// Clients of two processes move the balances of accounts in a circle at the same time. No money is
// lost or made, and every command is answered.
func TestBalancesThatMoveInACircle(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	second := s.beside(s.environment...)
	const accounts, racers = 5, 10
	var paths []string
	for range accounts {
		path, _ := s.open("Ada", "EUR")
		s.want(s.post(path+"/deposits", `{"amount":100}`), 200, "")
		paths = append(paths, path)
	}
	var all sync.WaitGroup
	for racer := range racers {
		all.Go(func() {
			at := []*stack{s, second}[racer%2]
			for i := range accounts - 1 {
				from, to := paths[(racer+i)%accounts], paths[(racer+i+1)%accounts]
				answer := at.client.At(at.api.Address).Post(from+"/closure", moveTo(to))
				if answer.Status != http.StatusOK && !strings.Contains(answer.Body, "target_closed") && answer.Status != http.StatusConflict {
					t.Errorf("got %d %s", answer.Status, answer.Body)
				}
			}
		})
	}
	all.Wait()
	var sum float64
	open := 0
	_, position := s.open("Ada", "EUR") // after all closures
	for _, path := range paths {
		fields := s.get(path, position).Fields(t)
		balance, _ := fields["balance"].(float64)
		if sum += balance; fields["status"] == "open" {
			open++
		} else if balance != 0 {
			t.Errorf("a closed account holds %v", balance)
		}
	}
	if sum != 100*accounts || open == 0 {
		t.Errorf("%d accounts are open, and all hold %v", open, sum)
	}
}
