package http_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"example.com/pgcqrs/engine/enginetest/caller"
	"example.com/pgcqrs/engine/personal/keyfile"
)

// other starts a second API process on the database of the stack. Its environment begins with the
// given variables.
func (s *stack) other(environment ...string) *stack {
	s.t.Helper()
	return s.beside(slices.Concat(s.environment, environment)...)
}

// A client repeats a command that was already executed, with the same idempotency key. Every
// process answers with the first answer again, even if the process has not read the resulting
// events yet. The client gets the first answer even if a business rule would now reject the
// command.
func TestTheFirstAnswerComesBeforeEveryCheck(t *testing.T) {
	t.Parallel()
	uri := "file://" + filepath.Join(t.TempDir(), "key.json")
	if _, err := keyfile.New(uri); err != nil {
		t.Fatal(err)
	}
	a := newGuarded(t, "KEY_URI="+uri)
	b, c, keyless := a.other(), a.other(), a.other("KEY_URI=")
	ada, bob := a.as("ada", both), a.as("bob", both)
	under := func(key string, headers ...string) []string {
		return slices.Concat(ada, []string{"Idempotency-Key", key}, headers)
	}

	registered := a.post("/v1/customers", body("Zaphod", "z@example.com"), under("register")...)
	a.want(registered, 201, "")
	customer := registered.Header.Get("Location")
	opening := fmt.Sprintf(`{"owner":"savings","currency":"EUR","customer_id":%q}`, filepath.Base(customer))
	opened := c.post("/v1/accounts", opening, under("open")...)
	a.want(opened, 201, "")
	deposits := opened.Header.Get("Location") + "/deposits"
	first := map[string]caller.Reply{
		"register": registered, "open": opened,
		"contact": a.post(customer+"/contact", body("Ford", "f@example.com"), under("contact")...),
		"deposit": a.post(deposits, `{"amount":7}`, under("deposit", "If-Match", `"1"`)...),
	}

	a.want(b.send("DELETE", customer, "", ada...), 200, "") // the other processes still have the customer's state from before this command in memory
	retry := map[string]func(g *stack) caller.Reply{
		"register": func(g *stack) caller.Reply {
			return g.post("/v1/customers", body("Zaphod", "z@example.com"), under("register")...)
		},
		"open": func(g *stack) caller.Reply { return g.post("/v1/accounts", opening, under("open")...) },
		"contact": func(g *stack) caller.Reply {
			return g.post(customer+"/contact", body("Ford", "f@example.com"), under("contact")...)
		},
		"deposit": func(g *stack) caller.Reply { // the account has another version by now
			return g.post(deposits, `{"amount":7}`, under("deposit", "If-Match", `"1"`)...)
		},
	}
	for _, name := range []string{"contact", "register", "open", "deposit"} {
		for process, g := range map[string]*stack{"that has the key in memory": a, "that does not know": c, "that knows": b, "without a key for persons": keyless} {
			again := retry[name](g)
			if again.Status != first[name].Status || again.Body != first[name].Body || again.Header.Get("Idempotency-Replayed") != "true" {
				t.Errorf("%s again, at a process %s: got %d %s, want %d %s again", name, process, again.Status, again.Body, first[name].Status, first[name].Body)
			}
		}
	}

	for _, g := range []*stack{a, b, c, keyless} { // the API first checks whether the key was used for another request
		g.want(g.post("/v1/accounts", opening[:len(opening)-1]+` }`, under("open")...), 422, "idempotency_key_reused")
		g.want(g.post(customer+"/contact", body("x", "x@example.com"), under("contact")...), 422, "idempotency_key_reused")
		g.want(g.post("/v1/customers/"+filepath.Base(opened.Header.Get("Location"))+"/contact", body("x", "x@example.com"), under("deposit")...), 422, "idempotency_key_reused")
		g.want(g.post("/v1/accounts", opening, under("open-2")...), 422, "customer_erased")
		g.want(g.post("/v1/accounts", opening, append(bob, "Idempotency-Key", "open")...), 422, "customer_not_found")
	}
	a.want(a.post(customer+"/contact", body("x", "x@example.com"), under("contact-2")...), 422, "customer_erased")
	keyless.want(keyless.post("/v1/customers", body("x", "x@example.com"), under("register-2")...), 503, "keys_unavailable")
}
