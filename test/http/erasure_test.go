package http_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/caller"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/broker"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/personal/keyfile"
)

// person lists names and addresses that do not occur anywhere else, so the test can find them in
// any output.
type person struct{ name, email, newName, newEmail string }

var zaphod = person{"Zaphod Beeblebrox", "zaphod@heartofgold.example", "Zaphod the President", "president@galaxy.example"}

func (p person) everything() []string {
	return []string{"Zaphod", "heartofgold", "President", "galaxy.example"}
}

func body(name, email string) string { return fmt.Sprintf(`{"name":%q,"email":%q}`, name, email) }

// newPrivate starts a stack that stores personal data, and a message broker to which the stack
// publishes.
func newPrivate(t *testing.T) (g *stack, projector *programs.Program, messages *broker.Broker) {
	t.Helper()
	uri := "file://" + filepath.Join(t.TempDir(), "key.json")
	if _, err := keyfile.New(uri); err != nil {
		t.Fatal(err)
	}
	messages = startBroker(t)
	g = newGuarded(t, "KEY_URI="+uri, "LOG_LEVEL=debug")
	g.projector.Stop()
	projector = launch(t, "projector", append(projects(t, g.url), "NATS_URL="+messages.URL, "LOG_LEVEL=debug")...)
	return g, projector, messages
}

// The test uses the data of a person in every operation of the API, and then erases the person.
// After the erasure, the name of the person is stored nowhere. All other data is unchanged.
func TestAPersonIsForgotten(t *testing.T) {
	t.Parallel()
	g, projector, broker := newPrivate(t)
	ada, bob := g.as("ada", both), g.as("bob", both)
	customer, accountPath := g.useEverything(ada, zaphod)
	bystander := g.post("/v1/customers", body("Arthur Dent", "arthur@earth.example"), ada...).Header.Get("Location")
	g.want(g.send("DELETE", customer, "", bob...), 404, "not_found")

	erased := g.send("DELETE", customer, "", ada...)
	g.want(erased, 200, "")
	position := erased.Header.Get("Event-Position")
	again := g.send("DELETE", customer, "", ada...)
	if again.Status != 200 || again.Header.Get("Event-Position") != position {
		t.Errorf("erased again: %d %s", again.Status, again.Body)
	}
	g.want(g.post(customer+"/contact", body("x", "x@example.com"), ada...), 422, "customer_erased")
	g.want(g.post("/v1/accounts", fmt.Sprintf(`{"owner":"a","currency":"EUR","customer_id":%q}`, filepath.Base(customer)), ada...), 422, "customer_erased")

	answers := g.askEverything(customer, accountPath, position, ada)
	if got := g.get(customer, position, ada...).Fields(t); got["status"] != "erased" || got["name"] != nil || got["email"] != nil {
		t.Errorf("the customer is shown as %v", got)
	}
	got := g.get(accountPath, position, ada...).Fields(t)
	if balance, _ := got["balance"].(float64); balance < 75 || got["status"] != "open" { // a service may react and add money
		t.Errorf("the account is shown as %v", got)
	}
	if got := g.get(bystander, position, ada...).Fields(t); got["name"] != "Arthur Dent" {
		t.Errorf("somebody else is shown as %v", got)
	}
	if strings.Contains(rowOf(t, g.url, filepath.Base(customer)), "encrypted") {
		t.Error("the read model keeps what is encrypted")
	}
	g.rebuild("customers") // the rebuild reads the encrypted events of an erased customer
	if got := g.get(customer, position, ada...).Fields(t); got["status"] != "erased" || got["name"] != nil {
		t.Errorf("after a rebuild the customer is shown as %v", got)
	}
	if got := g.get(bystander, position, ada...).Fields(t); got["name"] != "Arthur Dent" {
		t.Errorf("after a rebuild somebody else is shown as %v", got)
	}
	await.True(t, "the broker has the message", func() bool { return strings.Contains(broker.Messages(), "CustomerErased.v1") })
	places := map[string]string{
		"the database": dump(t, g.url), "the API's log": g.api.Said(), "the projector's log": projector.Said(),
		"the broker": broker.Messages(), "the metrics": g.api.Metrics() + projector.Metrics(), "the answers": answers,
	}
	guess := sha256.Sum256([]byte("POST\x00/v1/customers\x00" + body(zaphod.name, zaphod.email)))
	if strings.Contains(places["the database"], hex.EncodeToString(guess[:])) {
		t.Error("whoever has the database can find out whether a guess at a request is right")
	}
	for place, text := range places {
		if len(text) < 100 {
			t.Errorf("%s holds nothing at all", place)
		}
		for _, secret := range zaphod.everything() {
			if strings.Contains(text, secret) || strings.Contains(text, hex.EncodeToString([]byte(secret))) {
				t.Errorf("%s holds %q", place, secret)
			}
		}
	}
}

// useEverything uses every operation with personal data: it registers a person, changes, exports
// and finds the person, and opens an account of the person.
func (g *stack) useEverything(ada []string, p person) (customer, accountPath string) {
	g.t.Helper()
	key := append(slices.Clone(ada), "Idempotency-Key", "register-1")
	registered := g.post("/v1/customers", body(p.name, p.email), key...)
	g.want(registered, 201, "")
	customer = registered.Header.Get("Location")
	if replayed := g.post("/v1/customers", body(p.name, p.email), key...); replayed.Body != registered.Body || replayed.Header.Get("Idempotency-Replayed") != "true" {
		g.t.Errorf("replayed: %d %s", replayed.Status, replayed.Body)
	}
	g.want(g.post("/v1/customers", fmt.Sprintf(`{"id":%q,"name":%q,"email":%q}`, filepath.Base(customer), p.name, p.email), ada...), 422, "customer_exists")
	position := registered.Header.Get("Event-Position")
	shown := g.get(customer, position, ada...)
	if got := shown.Fields(g.t); got["name"] != p.name || got["email"] != p.email || got["status"] != "registered" {
		g.t.Errorf("the customer is shown as %v", got)
	}
	g.want(g.get(customer, position, g.as("bob", both)...), 404, "not_found")
	changed := g.post(customer+"/contact", body(p.newName, p.newEmail), ada...)
	g.want(changed, 200, "")
	position = changed.Header.Get("Event-Position")
	for email, want := range map[string]int{p.newEmail: 1, strings.ToUpper(p.newEmail): 1, strings.Replace(p.newEmail, "s", "\u017f", 1): 1, p.email: 0, "nobody@example.com": 0} {
		found := g.find(ada, email, position)
		if items, _ := found.Fields(g.t)["items"].([]any); len(items) != want {
			g.t.Errorf("%s finds %s", email, found.Body)
		}
		if others := g.find(g.as("bob", both), email, position); others.Fields(g.t)["items"] == nil || strings.Contains(others.Body, p.newName) {
			g.t.Errorf("bob finds %s", others.Body)
		}
	}
	opened := g.post("/v1/accounts", fmt.Sprintf(`{"owner":"savings","currency":"EUR","customer_id":%q}`, filepath.Base(customer)), ada...)
	g.want(opened, 201, "")
	accountPath = opened.Header.Get("Location")
	deposited := g.post(accountPath+"/deposits", `{"amount":75,"reference":"towels"}`, ada...)
	g.want(deposited, 200, "")
	export := g.get(customer+"/export", deposited.Header.Get("Event-Position"), ada...)
	for _, answer := range []caller.Reply{shown, export} {
		if kept := answer.Header.Get("Cache-Control"); kept != "no-store" {
			g.t.Errorf("an answer that shows the person may be kept: %s", kept)
		}
	}
	for _, held := range []string{p.name, p.email, p.newName, p.newEmail, "savings", "towels", filepath.Base(accountPath)} {
		if !strings.Contains(export.Body, held) {
			g.t.Errorf("the export lacks %q: %s", held, export.Body)
		}
	}
	g.want(g.get(customer+"/export", "", g.as("bob", both)...), 404, "not_found")
	return customer, accountPath
}

// askEverything returns all answers of the API that concern a customer.
func (g *stack) askEverything(customer, accountPath, position string, ada []string) string {
	g.t.Helper()
	var all strings.Builder
	for _, path := range []string{customer, customer + "/export", accountPath, accountPath + "/statement", accountPath + "/events", "/v1/accounts"} {
		answer := g.get(path, position, ada...)
		g.want(answer, 200, "")
		all.WriteString(answer.Body)
	}
	for _, email := range []string{zaphod.newEmail, zaphod.email} {
		found := g.find(ada, email, position)
		g.want(found, 200, "")
		all.WriteString(found.Body)
	}
	all.WriteString(g.get("/v1/trail", "", g.as("olga", "operate")...).Body)
	return all.String()
}

// dump returns all rows of all tables as text.
func dump(t *testing.T, url string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), `SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 15 {
		t.Fatal(tables, err)
	}
	var all strings.Builder
	for _, table := range tables {
		var text string
		if err := conn.QueryRow(t.Context(), `SELECT coalesce(string_agg(r::text, E'\n'), '') FROM `+table+` r`).Scan(&text); err != nil {
			t.Fatal(err)
		}
		all.WriteString(table + "\n" + text + "\n")
	}
	return all.String()
}

// rebuild rebuilds the tables of a read model, as the owner of the schema. The old tables are kept.
func (g *stack) rebuild(projection string) {
	g.t.Helper()
	if said, code := programs.Run(g.t, []string{"DATABASE_URL=" + g.url}, "ops", "projections", "rebuild", projection); code != 0 {
		g.t.Errorf("rebuild: %s", said)
	}
}

// rowOf returns the row of a customer as text.
func rowOf(t *testing.T, url, id string) (row string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `SELECT c::text FROM customers c WHERE customer_id = $1`, id).Scan(&row); err != nil {
		t.Fatal(err)
	}
	return row
}

// If the variable KEY_URI is not set, the API has no key to encrypt personal data. The API then
// answers 503 to requests with personal data, and handles all other requests.
func TestWithoutAKeyNothingPersonalIsTaken(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	ada := g.as("ada", both)
	g.want(g.post("/v1/customers", body("Ford", "ford@example.com"), ada...), 503, "keys_unavailable")
	g.want(g.find(ada, "ford@example.com", ""), 503, "keys_unavailable")
	g.want(g.post("/v1/accounts", `{"owner":"a","currency":"EUR"}`, ada...), 201, "")
	g.want(g.post("/v1/accounts", `{"owner":"a","currency":"EUR","customer_id":"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b"}`, ada...), 422, "customer_not_found")
}
