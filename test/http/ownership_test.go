package http_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/caller"

	"github.com/google/uuid"
)

// For a client, an account of another subject does not exist. The client can't read, change or list
// the account, or wait for its changes. No header and no error reveals that the account exists. It
// makes no difference which scopes the client's token has.
func TestAnAccountIsThereForItsSubjectOnly(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	ada, bob := g.as("ada", both), g.as("bob", both)
	opened := g.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, ada...)
	g.want(opened, 201, "")
	account := opened.Header.Get("Location")
	secret := append(ada, "Idempotency-Key", "pay-1")
	deposited := g.post(account+"/deposits", `{"amount":4711,"reference":"secret"}`, secret...)
	g.want(deposited, 200, "")
	position := deposited.Header.Get("Event-Position")
	g.want(g.get(account, position, ada...), 200, "")

	nowhere := "/v1/accounts/" + uuid.NewString()
	for _, r := range routes(t, filepath.Base(account)) {
		if !strings.HasPrefix(r.path, account) {
			continue
		}
		for _, headers := range [][]string{nil, {"If-Match", "*"}, {"If-Match", `"2"`}, {"If-None-Match", `"2"`}, {"If-None-Match", "*"},
			{"Min-Position", position}, {"Idempotency-Key", "pay-1"}} {
			headers = append(headers, bob...)
			mine, none := g.send(r.method, r.path, r.body, headers...), g.send(r.method, strings.Replace(r.path, account, nowhere, 1), r.body, headers...)
			if mine.Status != 404 || without(mine) != without(none) {
				t.Errorf("%s %s %v: got %d %s, and %d %s for an account that nobody has", r.method, r.id, headers[:len(headers)-2], mine.Status, mine.Body, none.Status, none.Body)
			}
		}
	}
	for _, query := range []string{"?version=1", "?version=2", "?at=" + time.Now().UTC().Format(time.RFC3339), "?limit=1"} {
		g.want(g.get(account+"/events"+query, "", bob...), 404, "not_found")
	}
	page := g.get(account+"/events?limit=1", "", ada...).Fields(t)
	g.want(g.get(fmt.Sprintf("%s/events?cursor=%s", account, page["next_cursor"]), "", bob...), 404, "not_found")
	g.want(g.get(fmt.Sprintf("%s/events?cursor=%s", account, page["next_cursor"]), "", ada...), 200, "")

	g.want(g.post("/v1/accounts", fmt.Sprintf(`{"id":%q,"owner":"Ada","currency":"EUR"}`, filepath.Base(account)), bob...), 422, "account_exists")
	if list := g.get("/v1/accounts?owner=Ada", position, bob...); strings.Contains(list.Body, "Ada") {
		t.Errorf("Bob's list: %s", list.Body)
	}
	if list := g.get("/v1/accounts?sort=-owner", position, ada...); !strings.Contains(list.Body, filepath.Base(account)) {
		t.Errorf("Ada's list: %s", list.Body)
	}
}

// without returns the text of an answer, but leaves out the parts that differ in each answer, such
// as the id of the request.
func without(r caller.Reply) string {
	id := r.Header.Get("X-Request-Id")
	return strings.ReplaceAll(r.Body, id, "") + r.Header.Get("Content-Type") + r.Header.Get("ETag")
}

// An id is unique over all types of streams: a new account can't have the id of another subject's
// customer.
func TestAnIdThatIsAnothersKind(t *testing.T) {
	t.Parallel()
	g, _, _ := newPrivate(t)
	ada, bob := g.as("ada", both), g.as("bob", both)
	customer := filepath.Base(g.post("/v1/customers", body("Ada", "ada@example.com"), ada...).Header.Get("Location"))
	for _, who := range [][]string{ada, bob} {
		g.want(g.post("/v1/accounts/"+customer+"/deposits", `{"amount":1}`, who...), 404, "not_found")
		g.want(g.get("/v1/accounts/"+customer+"/events", "", who...), 404, "not_found")
		g.want(g.post("/v1/accounts", fmt.Sprintf(`{"id":%q,"owner":"Ada","currency":"EUR"}`, customer), who...), 422, "id_taken")
	}
	account := filepath.Base(g.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, ada...).Header.Get("Location"))
	g.want(g.post("/v1/customers", fmt.Sprintf(`{"id":%q,"name":"Ada","email":"ada@example.com"}`, account), ada...), 422, "id_taken")
	g.want(g.send("DELETE", "/v1/customers/"+account, "", ada...), 404, "not_found")
}
