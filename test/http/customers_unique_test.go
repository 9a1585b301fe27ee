package http_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
)

// register registers a customer with an address, and expects the status and the problem code. It
// returns the path of the customer.
func (g *stack) register(token []string, email string, status int, code string) (customer string) {
	g.t.Helper()
	registered := g.post("/v1/customers", body("x", email), token...)
	g.want(registered, status, code)
	return registered.Header.Get("Location")
}

// No two customers of a subject have the same address. Another subject may use the same address,
// and the answers to that subject do not disclose that the address is used already.
func TestAnAddressIsUniqueAmongTheCustomersOfASubject(t *testing.T) {
	t.Parallel()
	g := newFindable(t)
	ada, bob := g.as("ada", both), g.as("bob", both)
	one := g.register(ada, "One@example.com", 201, "")
	g.register(ada, "one@EXAMPLE.com", 422, "email_taken")
	for _, looksAlike := range []string{"one@example.com\u00a0", "o\u200bne@example.com", "one@exam\u00adple.com", "\u3000one@example.com", "one@example.com\ufeff"} {
		g.register(ada, looksAlike, 400, "invalid_request")
	}
	others := g.register(bob, "one@example.com", 201, "")
	two := g.register(ada, "two@example.com", 201, "")
	g.want(g.post(two+"/contact", body("x", "one@example.com"), ada...), 422, "email_taken")
	g.want(g.post(others+"/contact", body("x", "two@example.com"), bob...), 200, "")
	g.want(g.post(one+"/contact", body("new name", "ONE@example.com"), ada...), 200, "")
	g.want(g.post(one+"/contact", body("x", "first@example.com"), ada...), 200, "")
	g.want(g.post(two+"/contact", body("x", "one@example.com"), ada...), 200, "")
	g.register(ada, "first@example.com", 422, "email_taken")
	g.register(ada, "two@example.com", 201, "")
	g.want(g.send("DELETE", one, "", ada...), 200, "")
	g.register(ada, "first@example.com", 201, "")
	g.want(g.post(two+"/contact", body("x", "first@example.com"), bob...), 404, "not_found")
}

// A repeated request gets the first answer, although the first request has taken the address. The
// answer to a refused request is not stored, so the request may succeed later with the same key.
func TestARepeatedRegistrationIsNotRefusedByItself(t *testing.T) {
	t.Parallel()
	g := newFindable(t)
	ada := g.as("ada", both)
	key := append(slices.Clone(ada), "Idempotency-Key", "k1")
	first := g.post("/v1/customers", body("x", "one@example.com"), key...)
	g.want(first, 201, "")
	again := g.post("/v1/customers", body("x", "one@example.com"), key...)
	if g.want(again, 201, ""); again.Body != first.Body || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed: %s", again.Body)
	}
	other := append(slices.Clone(ada), "Idempotency-Key", "k2")
	g.want(g.post("/v1/customers", body("x", "one@example.com"), other...), 422, "email_taken")
	g.want(g.send("DELETE", first.Header.Get("Location"), "", ada...), 200, "")
	g.want(g.post("/v1/customers", body("x", "one@example.com"), other...), 201, "")
}

// Requests that arrive for one customer at the same time are decided together. If one of them asks
// for an address that is taken, only this request is refused.
func TestATakenAddressRefusesOneCommandOfAGroup(t *testing.T) {
	t.Parallel()
	g := newFindable(t)
	ada := g.as("ada", both)
	g.register(ada, "taken@example.com", 201, "")
	customer := g.register(ada, "own@example.com", 201, "")
	var refused, done atomic.Int64
	var sending sync.WaitGroup
	for i := range 40 {
		sending.Go(func() {
			email := fmt.Sprintf("own%d@example.com", i)
			if i%4 == 0 {
				email = "taken@example.com"
			}
			answer := g.post(customer+"/contact", body("x", email), ada...)
			switch {
			case answer.Status == 200 && i%4 != 0:
				done.Add(1)
			case answer.Status == 422 && strings.Contains(answer.Body, "email_taken") && i%4 == 0:
				refused.Add(1)
			default:
				t.Errorf("%s: got %d %s", email, answer.Status, answer.Body)
			}
		})
	}
	if sending.Wait(); refused.Load() != 10 || done.Load() != 30 {
		t.Errorf("%d were refused and %d done", refused.Load(), done.Load())
	}
}

// Clients send many registrations with the same address to four processes at the same time. Exactly
// one registration succeeds.
func TestOneOfManyRegistrationsGetsAnAddress(t *testing.T) {
	t.Parallel()
	g := newFindable(t)
	ada, processes := g.as("ada", both), []*stack{g, g.beside(g.environment...), g.beside(g.environment...), g.beside(g.environment...)}
	for round := range 20 {
		var won atomic.Int64
		var racing sync.WaitGroup
		for i := range 16 {
			racing.Go(func() {
				given := fmt.Sprintf(`{"id":%q,"name":"x","email":"%d@example.com"}`, uuid.New(), round)
				switch answer := processes[i%len(processes)].post("/v1/customers", given, ada...); {
				case answer.Status == 201:
					won.Add(1)
				case answer.Status != 422 || !strings.Contains(answer.Body, "email_taken"):
					t.Errorf("got %d %s", answer.Status, answer.Body)
				}
			})
		}
		if racing.Wait(); won.Load() != 1 {
			t.Fatalf("round %d: %d customers have the address", round, won.Load())
		}
	}
}
