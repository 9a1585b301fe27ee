package http_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"example.com/pgcqrs/engine/enginetest/caller"
	"example.com/pgcqrs/engine/personal/keyfile"
)

// newFindable starts a stack that stores personal data.
func newFindable(t *testing.T) *stack {
	t.Helper()
	uri := "file://" + filepath.Join(t.TempDir(), "key.json")
	if _, err := keyfile.New(uri); err != nil {
		t.Fatal(err)
	}
	return newGuarded(t, "KEY_URI="+uri)
}

// registerMany registers count customers with the same e-mail address. Earlier releases allowed
// this, because an address was not unique. The customers' ids sort before all other ids.
// registerMany returns the paths of the customers, and the position of the last customer's event.
func (g *stack) registerMany(token []string, count int, email string) (locations []string, position string) {
	g.t.Helper()
	for n := range count {
		given := fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","name":"x","email":%q}`, n, email)
		if n%2 == 1 {
			given = body("x", email)
		}
		registered := g.post("/v1/customers", given, token...)
		g.want(registered, 201, "")
		g.forgetScopes()
		locations, position = append(locations, registered.Header.Get("Location")), registered.Header.Get("Event-Position")
	}
	return locations, position
}

// forgetScopes removes the scopes of all look-ups. In earlier releases, in which an address was not
// unique, look-ups had no scope.
func (g *stack) forgetScopes() {
	g.t.Helper()
	g.spoil(`UPDATE keys.lookups SET scope = NULL WHERE scope IS NOT NULL`)
}

// find searches for customers of one subject by an e-mail address.
func (g *stack) find(token []string, email, position string) caller.Reply {
	g.t.Helper()
	headers := slices.Clone(token)
	if position != "" {
		headers = append(headers, "Min-Position", position)
	}
	return g.post("/v1/customers/search", fmt.Sprintf(`{"email":%q}`, email), headers...)
}

// finds expects that a search returns this number of customers, and that the answer is marked as
// incomplete or not.
func (g *stack) finds(token []string, email, position string, want int, incomplete bool) {
	g.t.Helper()
	found := g.find(token, email, position)
	g.want(found, 200, "")
	fields := found.Fields(g.t)
	items, _ := fields["items"].([]any)
	if said, _ := fields["incomplete"].(bool); len(items) != want || said != incomplete {
		g.t.Errorf("%d items of %d, incomplete: %v", len(items), want, said)
	}
}

// A search finds all customers of the caller who have the address, even if other subjects have very
// many customers with the same address.
func TestOthersDoNotHideACustomerFromALookUp(t *testing.T) {
	t.Parallel()
	g := newFindable(t)
	ada, bob := g.as("ada", both), g.as("bob", both)
	registered := g.post("/v1/customers", body("Ada", "victim@example.com"), ada...)
	g.want(registered, 201, "")
	g.finds(ada, "victim@example.com", registered.Header.Get("Event-Position"), 1, false)
	_, position := g.registerMany(bob, 250, "victim@example.com")
	g.finds(ada, "victim@example.com", position, 1, false)
	g.finds(bob, "victim@example.com", position, 100, true)
	g.finds(g.as("eve", both), "victim@example.com", position, 0, false)
}

// A search returns the customers who have the address now. It does not return a customer who had
// the address earlier.
func TestFormerAddressesDoNotHideACustomerFromALookUp(t *testing.T) {
	t.Parallel()
	g := newFindable(t)
	ada := g.as("ada", both)
	locations, position := g.registerMany(ada, 102, "shared@example.com")
	g.finds(ada, "shared@example.com", position, 100, true)
	for _, location := range locations[:2] {
		changed := g.post(location+"/contact", body("x", "other@example.com"), ada...)
		g.want(changed, 200, "")
		g.forgetScopes()
		position = changed.Header.Get("Event-Position")
	}
	g.finds(ada, "shared@example.com", position, 100, false)
	for _, location := range locations[2:101] {
		changed := g.post(location+"/contact", body("x", "other@example.com"), ada...)
		g.want(changed, 200, "")
		g.forgetScopes()
		position = changed.Header.Get("Event-Position")
	}
	g.finds(ada, "shared@example.com", position, 1, false)
	g.finds(ada, "other@example.com", position, 100, true)
}
