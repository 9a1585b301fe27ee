//go:build all && unix

package observe_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/broker"
	"example.com/pgcqrs/engine/enginetest/collector"
	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/test/testdb"
)

const (
	monitor = naming.Service + "_monitor" // the login that monitor.sql creates
	secret  = "a-secret"
)

// stack is a running service: two APIs, a projector with workflows, and a broker.
type stack struct {
	t         *testing.T
	url       string // URL with the login of the database's owner
	apis      [2]*programs.Program
	projector *programs.Program
}

// startStack starts a service. Few commands run at the same time, so that commands have to wait.
func startStack(t *testing.T) *stack {
	t.Helper()
	if err := programs.Build("../../../tools", "github.com/nats-io/nats-server/v2"); err != nil {
		t.Fatal(err)
	}
	key := "file://" + filepath.Join(t.TempDir(), "key.json")
	if _, err := keyfile.New(key); err != nil {
		t.Fatal(err)
	}
	traces, messages := collector.Start(t), broker.Start(t, programs.Path("nats-server"))
	s := &stack{t: t, url: testdb.New(t)}
	both := append([]string{"UNSAFE_DATABASE=accept", "SNAPSHOT_KEY=a secret of thirty-two bytes, or more", "CHAIN_VERIFY_INTERVAL=1s"}, traces.Environment()...)
	s.projector = programs.Launch(t, "projector", append(slices.Clone(both), "DATABASE_URL="+testdb.As(t, s.url, role.Projector),
		"WORKER_DATABASE_URL="+testdb.As(t, s.url, role.Worker), "PROJECTOR_ADDR=127.0.0.1:0", "NATS_URL="+messages.URL)...)
	for i := range s.apis {
		s.apis[i] = programs.Launch(t, "api", append(slices.Clone(both), "DATABASE_URL="+testdb.As(t, s.url, role.API), "API_ADDR=127.0.0.1:0", "AUTH=off",
			"KEY_URI="+key, "MAX_COMMANDS=2", "MAX_QUERIES=2", "MAX_REQUESTS_ADDRESS=0", "MAX_REQUESTS_SUBJECT=0")...)
	}
	return s
}

// psql runs PostgreSQL's client with the login of the database's owner.
func (s *stack) psql(argument string) {
	s.t.Helper()
	found, err := binaries.Find()
	if err != nil {
		s.t.Fatal(err)
	}
	command := exec.CommandContext(context.Background(), filepath.Join(found.Dir, "psql"), "--no-psqlrc", "--quiet", argument, s.url)
	command.Env = []string{"MONITOR_PASSWORD=" + secret}
	if output, err := command.CombinedOutput(); err != nil {
		s.t.Fatalf("%v: %s", err, output)
	}
}

// monitored runs monitor.sql as docker-compose.yml does, starts postgres-exporter with the login that
// the file creates, and returns the address of its metrics.
func (s *stack) monitored() string {
	s.t.Helper()
	for range 2 { // every start of the profile runs the file
		s.psql("--file=" + files + "monitor.sql")
	}
	s.t.Cleanup(func() { s.psql("--command=DROP OWNED BY " + monitor + "; DROP ROLE " + monitor) })
	server, err := url.Parse(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	address := freePort(s.t)
	background(s.t, []string{"DATA_SOURCE_URI=" + server.Host + server.Path + "?sslmode=disable", "DATA_SOURCE_USER=" + monitor, "DATA_SOURCE_PASS=" + secret},
		find(s.t, "prometheus-postgres-exporter", "postgres_exporter"), "--web.listen-address="+address)
	return address
}

// client is a client of one of the APIs.
type client struct {
	ctx     context.Context //nolint:containedctx // a client lives as long as its context
	t       *testing.T
	address string
}

// send sends a request, and returns the position and the place of an answer. Refusals are part of the
// traffic, but an answer 500 or none fails the test.
func (c client) send(method, path, body string, headers ...string) (place, position string) {
	r, err := http.NewRequestWithContext(c.ctx, method, "http://"+c.address+path, strings.NewReader(body))
	if err != nil {
		c.t.Error(err)
		return "", ""
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		if c.ctx.Err() == nil {
			c.t.Errorf("%s %s: %v", method, path, err)
		}
		return "", ""
	}
	defer func() { _ = got.Body.Close() }()
	if text, err := io.ReadAll(got.Body); got.StatusCode == http.StatusInternalServerError {
		c.t.Errorf("%s %s: %s %v", method, path, text, err)
	}
	if at, err := got.Location(); err == nil { // otherwise the answer has no place
		place = at.Path
	}
	return place, got.Header.Get("Event-Position")
}

func (c client) open() string {
	account, _ := c.send("POST", "/v1/accounts", `{"owner":"Ada","currency":"EUR"}`)
	return account
}

// round uses each part of the API once. All clients write to the account shared.
func (c client) round(shared string, n int) {
	account := c.open()
	c.send("POST", account+"/deposits", `{"amount":700}`)
	c.send("POST", account+"/withdrawals", `{"amount":9000}`) // refused: the account has less
	c.send("POST", account+"/deposits", `{"amount":1}`, "If-Match", `"1"`)
	key := fmt.Sprintf("%s %d", account, n)
	for range 2 {
		c.send("POST", shared+"/deposits", `{"amount":10}`, "Idempotency-Key", key)
	}
	_, position := c.send("POST", "/v1/transfers", fmt.Sprintf(`{"from":%q,"to":%q,"amount":3,"reference":"rent"}`, path.Base(account), path.Base(shared)))
	c.send("GET", account, "", "Min-Position", position)
	c.send("GET", shared+"/statement", "")
	c.send("GET", "/v1/accounts/"+uuid.NewString(), "") // refused: there is no such account
	customer, position := c.send("POST", "/v1/customers", fmt.Sprintf(`{"name":"Ada","email":"%s@example.com"}`, uuid.NewString()))
	c.send("GET", customer, "", "Min-Position", position)
	if n%5 == 0 {
		c.send("DELETE", customer, "")
	}
}

// follow reads the feed until ctx ends.
func (c client) follow() { c.send("GET", "/v1/feed", "", "Accept", "text/event-stream") }

// uses sends requests of all kinds until ctx ends.
func (s *stack) uses(ctx context.Context) {
	var clients sync.WaitGroup
	shared := client{ctx, s.t, s.apis[0].Address}.open()
	for i := range 8 {
		c := client{ctx, s.t, s.apis[i%2].Address}
		clients.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				c.round(shared, n)
			}
		})
		if i < 2 {
			clients.Go(c.follow)
		}
	}
	clients.Wait()
}
