package http_test

import (
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/caller"
)

// During a rolling release, an older program may read an event type that only the newer program
// knows. The older program answers requests that need this event with 503, and not with an internal
// error.
func TestAnEventOfANewerProgramIsRefusedForNow(t *testing.T) {
	t.Parallel()
	g := newFindable(t)
	ada := g.as("ada", both)
	customer := g.post("/v1/customers", body("Ada", "ada@example.com"), ada...)
	g.want(customer, 201, "")
	account := g.post("/v1/accounts", `{"owner":"a","currency":"EUR"}`, ada...)
	g.want(account, 201, "")
	const unknown = `
		INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		SELECT (SELECT max(position) + 1 FROM events), stream_type, stream_id, version + 1, gen_random_uuid(), $2, $3, '{}', '{}', now(), now()
		FROM events WHERE stream_id = $1 AND version = 1`
	at, id := customer.Header.Get("Location"), filepath.Base(customer.Header.Get("Location"))
	g.spoil(unknown, id, "customer.renamed_by_a_newer_program", 1)
	accountAt, accountID := account.Header.Get("Location"), filepath.Base(account.Header.Get("Location"))
	g.spoil(unknown, accountID, "account.closed", 99)

	for name, answer := range map[string]caller.Reply{
		"a contact change": g.post(at+"/contact", body("Ada", "other@example.com"), ada...),
		"an erasure":       g.send("DELETE", at, "", ada...),
		"an export":        g.get(at+"/export", "", ada...),
		"a deposit":        g.post(accountAt+"/deposits", `{"amount":1}`, ada...),
		"the past":         g.get(accountAt+"/events?version=2", "", ada...),
	} {
		t.Log(name)
		g.want(answer, 503, "unavailable")
		if answer.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %v", name, answer.Header)
		}
	}
	g.want(g.get(at, "", ada...), 200, "")
	for _, said := range []string{"customer.renamed_by_a_newer_program", id, "account.closed", accountID} {
		if !strings.Contains(g.api.Said(), said) {
			t.Errorf("the log does not say %s", said)
		}
	}
}
