package http_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/pg/role"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/test/testdb"
)

// programAs runs a program until it ends, and returns its output.
func programAs(t *testing.T, environment []string, name string, args ...string) string {
	t.Helper()
	said, code := programs.Run(t, environment, name, args...)
	if code != 0 {
		t.Fatalf("%s %v: %s", name, args, said)
	}
	return said
}

// The whole service works in a separate schema, in a database in which nobody may use the schema
// public. The test migrates the schema, uses the API, and rebuilds a read model. No other login may
// connect to the database.
func TestServiceInASchemaOfItsOwn(t *testing.T) {
	t.Parallel()
	empty := testdb.Empty(t)
	conn, err := pgx.Connect(t.Context(), empty)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), `REVOKE ALL ON SCHEMA public FROM PUBLIC; CREATE SCHEMA app`); err != nil {
		t.Fatal(err)
	}
	owner := empty + "&search_path=app"
	login := func(program string) string {
		u, err := url.Parse(owner)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(u.Path, "/") + "_" + program
		t.Cleanup(func() {
			if _, err := conn.Exec(context.Background(), "DROP ROLE "+name); err != nil {
				t.Error(err)
			}
		})
		u.User = url.UserPassword(name, "secret")
		return u.String()
	}
	api, projector, worker := login("api"), login("projector"), "WORKER_DATABASE_URL="+login("worker")
	for range 2 {
		said := programAs(t, []string{"DATABASE_URL=" + owner, "API_DATABASE_URL=" + api, "PROJECTOR_DATABASE_URL=" + projector, worker}, "migrate")
		if !strings.Contains(said, "nobody else may connect") || strings.Contains(said, "left as it is") {
			t.Errorf("migrate says %s", said)
		}
	}
	s := &stack{t: t, url: owner, projector: launch(t, "projector", "DATABASE_URL="+projector, worker), api: launch(t, "api", "DATABASE_URL="+api), client: newClient(t)}
	path, position := s.open("Ada", "EUR")
	s.want(s.get(path, position), 200, "")
	programAs(t, []string{"DATABASE_URL=" + owner}, "ops", "projections", "rebuild", "balances")
	path, position = s.open("Bob", "EUR")
	s.want(s.get(path, position), 200, "")
}

// The program migrate checks all logins before it changes anything in the database.
func TestMigrateLooksBeforeItChanges(t *testing.T) {
	t.Parallel()
	owner := testdb.Empty(t)
	login := func(name, database string) string {
		u := mustParse(t, owner)
		u.User, u.Path = url.UserPassword(name, secret), "/"+database
		return u.String()
	}
	here := strings.TrimPrefix(mustParse(t, owner).Path, "/")
	key := filepath.Join(t.TempDir(), "key.json")
	for want, environment := range map[string][]string{
		`API_DATABASE_URL must name the database that DATABASE_URL names: "` + here + `", not "elsewhere"`: {"API_DATABASE_URL=" + login("x_api", "elsewhere")},
		"PROJECTOR_DATABASE_URL must name a login of its own":                                              {"API_DATABASE_URL=" + login("x_api", here), "PROJECTOR_DATABASE_URL=" + login("x_api", here)},
	} {
		said, _ := programs.Run(t, append(environment, "UNSAFE_DATABASE=accept", "DATABASE_URL="+owner, "KEY_URI=file://"+key), "migrate")
		if !strings.Contains(said, want) || strings.Contains(said, secret) {
			t.Errorf("migrate says %s, want %s", said, want)
		}
	}
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var changed bool
	if err := conn.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace) OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'x_api')`).Scan(&changed); err != nil || changed {
		t.Errorf("the database was changed: %v", err)
	}
	if _, err := os.Stat(key); err == nil {
		t.Error("a key was made")
	}
}

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// A program refuses to start with the login of another program. The error names the login that the
// program needs.
func TestProgramWithAnothersLogin(t *testing.T) {
	t.Parallel()
	owner := testdb.New(t)
	logins := map[string]string{"api": testdb.As(t, owner, role.API), "projector": testdb.As(t, owner, role.Projector)}
	for program, others := range map[string]string{"api": logins["projector"], "projector": logins["api"], "migrate": logins["api"]} {
		said := programs.Refused(t, program, among([]string{"DATABASE_URL=" + others})...)
		if want := "DATABASE_URL: login " + strconv.Quote(mustParse(t, others).User.Username()); !strings.Contains(said, want) {
			t.Errorf("%s says %s, want %s", program, said, want)
		}
	}
}

// A projector runs workflows, unless its configuration forbids this. If its login does not have the
// rights for workflows, the projector refuses to start, and its error says what to do.
func TestProjectorWithoutTheWorkersLogin(t *testing.T) {
	t.Parallel()
	owner, elsewhere := testdb.New(t), testdb.New(t)
	projects := "DATABASE_URL=" + testdb.As(t, owner, role.Projector)
	const remedy = "set WORKER_DATABASE_URL to the login that cmd/migrate makes from WORKER_DATABASE_URL, or set WORKFLOWS=off"
	for name, test := range map[string]struct {
		environment []string
		want        []string
	}{
		"its own login":           {nil, []string{"projector: WORKER_DATABASE_URL is not set, so the jobs of workflows use DATABASE_URL: login ", ".worker", remedy}},
		"the API's login":         {[]string{"WORKER_DATABASE_URL=" + testdb.As(t, owner, role.API)}, []string{"WORKER_DATABASE_URL: login ", ".worker", remedy}},
		"another database":        {[]string{"WORKER_DATABASE_URL=" + testdb.As(t, elsewhere, role.Worker)}, []string{"WORKER_DATABASE_URL: it leads to database ", "both must lead to the same tables"}},
		"neither on nor off":      {[]string{"WORKFLOWS=maybe"}, []string{"WORKFLOWS"}},
		"a login that can't be":   {[]string{"WORKER_DATABASE_URL=" + mustParse(t, owner).Scheme + "://nobody:" + secret + "@" + mustParse(t, owner).Host + "/x"}, []string{"WORKER_DATABASE_URL: "}},
		"the login of a stranger": {[]string{"WORKER_DATABASE_URL=" + testdb.As(t, owner, "pg_monitor")}, []string{"WORKER_DATABASE_URL: "}},
	} {
		said := programs.Refused(t, "projector", among(append([]string{projects, "WORKFLOWS=on"}, test.environment...))...)
		for _, want := range test.want {
			if !strings.Contains(said, want) || strings.Contains(said, secret) {
				t.Errorf("%s: the projector says %s, want %s", name, said, want)
			}
		}
	}
	launch(t, "projector", projects, "WORKFLOWS=off")
	launch(t, "projector", projects, "WORKFLOWS=on", "WORKER_DATABASE_URL="+testdb.As(t, owner, role.Worker))
}

// A subcommand of cmd/ops fails if its login lacks a right, and the error names the login that the
// subcommand needs. The worker's login may pause a workflow, because the worker must be able to
// write to the table with the pauses anyway.
func TestOpsWithTheLoginOfAnotherProgram(t *testing.T) {
	t.Parallel()
	owner := testdb.New(t)
	api, worker := testdb.As(t, owner, role.API), testdb.As(t, owner, role.Worker)
	instance := uuid.NewString()
	for verb, login := range map[string]string{
		"workflows list": worker, "workflows retry transfers": worker, "workflows retry " + instance: worker, "workflows pause transfers": api,
		"messages list": worker,
	} {
		said, code := programs.Run(t, []string{"DATABASE_URL=" + login}, "ops", strings.Fields(verb)...)
		want := "ops: DATABASE_URL: login " + strconv.Quote(mustParse(t, login).User.Username()) + " has the rights of "
		if code != 1 || !strings.Contains(said, want) || !strings.Contains(said, "PROJECTOR_DATABASE_URL") || strings.Contains(said, "42501") {
			t.Errorf("ops %s ends with %d and says %s, want %s", verb, code, said, want)
		}
	}
	for _, verb := range []string{"pause", "resume"} {
		login := map[string]string{"pause": worker, "resume": testdb.As(t, owner, role.Projector)}[verb]
		if said, code := programs.Run(t, []string{"DATABASE_URL=" + login}, "ops", "workflows", verb, "transfers"); code != 0 {
			t.Errorf("ops workflows %s ends with %d and says %s", verb, code, said)
		}
	}
}
