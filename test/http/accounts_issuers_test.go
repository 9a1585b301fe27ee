package http_test

import (
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/personal/keyfile"
)

// Two token issuers each have a subject with the name ada. The API treats them as two different
// subjects, so the accounts of one ada do not exist for the other ada. An operator can declare that
// both issuers issue tokens to the same people. The API then treats both subjects as one subject.
func TestTheSameNameOfTwoIssuers(t *testing.T) {
	t.Parallel()
	uri := "file://" + filepath.Join(t.TempDir(), "key.json")
	if _, err := keyfile.New(uri); err != nil {
		t.Fatal(err)
	}
	issuer, url := newIssuer(t, "/first")
	first := newStack(t, append(guardedBy(url), "KEY_URI="+uri)...)
	first.issuer = issuer
	add := func(path, people string, old ...string) *stack {
		t.Helper()
		issuer, url := newIssuer(t, path)
		if said, code := first.migrate(append([]string{"issuer", people, url}, old...)...); code != 0 {
			t.Fatal(said)
		}
		return first.of(issuer, url, "KEY_URI="+uri)
	}

	const opening, person = `{"owner":"Ada","currency":"EUR"}`, "ada@example.com"
	under := func(g *stack) []string { return append(g.as("ada", both), "Idempotency-Key", "k") }
	has := func(g *stack, account, customer, position string, status int, code string) {
		t.Helper()
		for _, path := range []string{account, account + "/statement", account + "/events", customer, customer + "/export"} {
			g.want(g.get(path, position, g.as("ada", both)...), status, code)
		}
		if list := g.get("/v1/accounts", position, g.as("ada", both)...); strings.Contains(list.Body, filepath.Base(account)) != (status == 200) {
			t.Errorf("the list of accounts: %s", list.Body)
		}
		if found := g.find(g.as("ada", both), person, position); strings.Contains(found.Body, filepath.Base(customer)) != (status == 200) {
			t.Errorf("customers found: %d %s", found.Status, found.Body)
		}
	}

	opened := first.post("/v1/accounts", opening, under(first)...)
	first.want(opened, 201, "")
	account := opened.Header.Get("Location")
	registered := first.post("/v1/customers", body("Ada", person), first.as("ada", both)...)
	first.want(registered, 201, "")
	customer, position := registered.Header.Get("Location"), registered.Header.Get("Event-Position")
	has(first, account, customer, position, 200, "")

	other := add("/second", "-other")
	has(other, account, customer, position, 404, "not_found")
	other.want(other.post(account+"/deposits", `{"amount":1}`, other.as("ada", both)...), 404, "not_found")
	other.want(other.post(customer+"/contact", body("Eve", person), other.as("ada", both)...), 404, "not_found")
	others := other.post("/v1/accounts", strings.Replace(opening, "Ada", "Eve", 1), under(other)...)
	other.want(others, 201, "")
	if others.Header.Get("Location") == account || others.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("an idempotency key of the first issuer's: %s", others.Body)
	}
	first.want(first.get(others.Header.Get("Location"), others.Header.Get("Event-Position"), first.as("ada", both)...), 404, "not_found")
	long := strings.Repeat("l", 255)
	other.want(other.post("/v1/accounts", opening, append(other.as(long, both), "Idempotency-Key", long)...), 201, "")

	for query, want := range map[string]int{"ada": 2, "2+ada": 1, "2%20ada": 1, "3+ada": 0, "2+" + long: 1} {
		page := first.get("/v1/trail?actor="+query, "", first.as("olga", "operate")...)
		first.want(page, 200, "")
		actor := `"actor":"` + strings.NewReplacer("+", " ", "%20", " ").Replace(query) + `"`
		if items := strings.Count(page.Body, `"actor"`); items != want || strings.Count(page.Body, actor) != want {
			t.Errorf("what %s did: %s, want %d", query, page.Body, want)
		}
	}

	moved := add("/third", "-same", url)
	has(moved, account, customer, position, 200, "")
	again := moved.post("/v1/accounts", opening, under(moved)...)
	if again.Status != 201 || again.Body != opened.Body || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("its idempotency key: %d %s", again.Status, again.Body)
	}
	moved.want(moved.get(others.Header.Get("Location"), "", moved.as("ada", both)...), 404, "not_found")
}
