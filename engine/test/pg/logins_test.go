package pg_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg/logins"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/pg/rolerights"
	"example.com/pgcqrs/engine/process/migrate/admit"
	"example.com/pgcqrs/engine/process/migrate/report"
	"example.com/pgcqrs/engine/schema/present"
)

// The program migrate creates the logins that are configured as URLs. A URL may have an invalid
// user. Or it may point to another database or server than the database and server that migrate
// works on. The program migrate then refuses the URL. The error names the variable, the rule and
// both values, but no password.
func TestLoginsThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	d, other := newDeployment(t, testdb.Empty(t)), newDeployment(t, testdb.Empty(t))
	pool := connect(t, d.owner)
	api, projector := as(t, d.owner, "some_api", secret), as(t, d.owner, "some_projector", secret)
	change := func(change func(u *url.URL)) string {
		u := parsed(t, api)
		change(u)
		return u.String()
	}
	port := parsed(t, d.owner).Port()
	for name, test := range map[string]struct {
		api, projector, worker, service string
		want                            []string
	}{
		"nothing":                {},
		"as it must be":          {api: api, projector: projector},
		"one for both":           {service: api},
		"this machine's others":  {api: change(func(u *url.URL) { u.Host = "localhost:" + port }), projector: change(func(u *url.URL) { u.Host = "[::1]:" + port; u.User = url.User("p") })},
		"one of several":         {api: change(func(u *url.URL) { u.Host = "elsewhere:" + port + "," + u.Host })},
		"another database":       {api: in(t, api, other.owner), want: []string{"API_DATABASE_URL must name the database", nameOf(t, d.owner), nameOf(t, other.owner)}},
		"no database":            {api: change(func(u *url.URL) { u.Path = "" }), want: []string{"API_DATABASE_URL must name the database", nameOf(t, d.owner), `"some_api"`}},
		"another server":         {projector: change(func(u *url.URL) { u.Host = "elsewhere:" + port }), want: []string{"PROJECTOR_DATABASE_URL must name the server", "localhost:" + port, "elsewhere:" + port, "pooler"}},
		"another port":           {projector: change(func(u *url.URL) { u.Host = u.Hostname() + ":1" }), want: []string{"PROJECTOR_DATABASE_URL must name the server", "localhost:" + port, "localhost:1"}},
		"the same for two":       {api: api, projector: api, want: []string{`PROJECTOR_DATABASE_URL must name a login of its own: "some_api" is that of API_DATABASE_URL`}},
		"the shared one's, too":  {api: api, projector: projector, service: projector, want: []string{`SERVICE_DATABASE_URL must name a login of its own`, "PROJECTOR_DATABASE_URL"}},
		"the owner":              {service: d.owner, want: []string{"SERVICE_DATABASE_URL must name a login of its own", "is that of DATABASE_URL"}},
		"another deployment's":   {api: in(t, other.api, d.owner), want: []string{"API_DATABASE_URL", "is a login of database", nameOf(t, other.owner)}},
		"the projector's":        {api: d.projector, want: []string{"API_DATABASE_URL", parsed(t, d.projector).User.Username(), "has the role", nameOf(t, d.owner) + ".projector"}},
		"the API's":              {projector: d.api, want: []string{"PROJECTOR_DATABASE_URL", "has the role", nameOf(t, d.owner) + ".api"}},
		"the worker's":           {api: d.worker, want: []string{"API_DATABASE_URL", "has the role", nameOf(t, d.owner) + ".worker"}},
		"the API's, as worker":   {worker: d.api, want: []string{"WORKER_DATABASE_URL", "has the role", nameOf(t, d.owner) + ".api"}},
		"the relay's, as worker": {worker: d.projector, want: []string{"WORKER_DATABASE_URL", "has the role", nameOf(t, d.owner) + ".projector"}},
		"the projector's twice":  {projector: projector, worker: projector, want: []string{`WORKER_DATABASE_URL must name a login of its own`, "PROJECTOR_DATABASE_URL"}},
		"its own, again":         {api: d.api, projector: d.projector, worker: d.worker},
		"the API's for both":     {service: d.api},
		"the role itself":        {api: as(t, d.owner, nameOf(t, d.owner)+".api", secret), want: []string{`API_DATABASE_URL must name a login`, nameOf(t, d.owner) + `.api" is`}},
		"a role to be":           {projector: as(t, d.owner, nameOf(t, d.owner)+".service", secret), want: []string{`PROJECTOR_DATABASE_URL must name a login`}},
		"everybody":              {api: as(t, d.owner, "public", secret), want: []string{`API_DATABASE_URL must name a login`, `"public"`}},
		"nobody":                 {api: as(t, d.owner, "none", secret), want: []string{`API_DATABASE_URL must name a login`}},
		"PostgreSQL's own":       {api: as(t, d.owner, "pg_monitor", secret), want: []string{`API_DATABASE_URL must name a login`}},
		"no URL":                 {api: secret, want: []string{"API_DATABASE_URL: read database URL"}},
		"two at once":            {api: secret, projector: in(t, projector, other.owner), want: []string{"API_DATABASE_URL: read", "PROJECTOR_DATABASE_URL must name the database"}},
	} {
		var given []logins.Login
		for _, login := range []logins.Login{
			{Program: role.API, Variable: "API_DATABASE_URL", URL: test.api},
			{Program: role.Projector, Variable: "PROJECTOR_DATABASE_URL", URL: test.projector},
			{Program: role.Worker, Variable: "WORKER_DATABASE_URL", URL: test.worker},
			{Program: role.Service, Variable: "SERVICE_DATABASE_URL", URL: test.service},
		} {
			if login.URL != "" {
				given = append(given, login)
			}
		}
		err := logins.CheckAll(t.Context(), pool, "DATABASE_URL", given)
		if (err == nil) != (len(test.want) == 0) || err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range test.want {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v does not say %s", name, err, want)
			}
		}
	}
}

// dropRoles returns the SQL from docs/operations.md that drops the roles of a database that was
// dropped.
func dropRoles(t *testing.T, name string) string {
	t.Helper()
	command, err := os.ReadFile("testdata/drop-roles.sql")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(command), "database shop ", "database "+name+" ")
}

// Roles belong to the whole cluster, so they remain when a database is dropped. A new database with
// the same name would use these roles again. Before the program migrate grants rights to these
// roles, it lists their logins. The SQL in docs/operations.md drops the remaining roles.
func TestDatabaseWithANameOfBefore(t *testing.T) {
	t.Parallel()
	base := testdb.Empty(t)
	server, name := in(t, base, "postgres://server/postgres"), nameOf(t, base)+"_again"
	again := in(t, base, "postgres://server/"+name)
	mustRun(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { mustRun(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	first := newDeployment(t, again)
	recreate := func() {
		mustRun(t, server, "DROP DATABASE "+name+" WITH (FORCE)")
		mustRun(t, server, "CREATE DATABASE "+name)
	}
	inherited := func(given ...logins.Login) []string {
		t.Helper()
		owner := connect(t, again)
		defer owner.Close()
		found, err := logins.Inherited(t.Context(), owner, given)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	loginOf := func(address string) string { return parsed(t, address).User.Username() }
	if found := inherited(); len(found) != 0 {
		t.Errorf("a database that was migrated: %q", found)
	}
	recreate()
	want := []string{
		loginOf(first.api) + ` (of "` + name + `.api")`,
		loginOf(first.projector) + ` (of "` + name + `.projector")`,
		loginOf(first.worker) + ` (of "` + name + `.worker")`,
	}
	if found := inherited(); !slices.Equal(found, want) {
		t.Errorf("got %q, want %q", found, want)
	}
	if found := inherited(logins.Login{Program: role.API, URL: first.api}); !slices.Equal(found, want[1:]) {
		t.Errorf("with one that is wanted: got %q", found)
	}
	migrate(t, again)
	expect(t, "a login of before, which is what is warned of", first.api, apiWork, works)
	if found := inherited(); len(found) != 0 {
		t.Errorf("it is said again: %q", found)
	}

	recreate()
	conn, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	rows, _ := conn.Query(t.Context(), dropRoles(t, name))
	commands, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(commands) != 7 {
		t.Fatalf("%q, %v", commands, err)
	}
	for _, command := range commands {
		mustRun(t, server, command)
	}
	if found := inherited(); len(found) != 0 {
		t.Errorf("they are left: %q", found)
	}
	expect(t, "a login that was dropped", first.api, `SELECT 1`, badLog)
}

// The API, the projector and its workflows need different logins. If a login already belongs to one
// of them, migrate refuses it for another one.
func TestGrantToTheOtherProgramsLogin(t *testing.T) {
	t.Parallel()
	d := newDeployment(t, testdb.Empty(t))
	for program, others := range map[string][]string{
		role.API: {d.projector, d.worker}, role.Projector: {d.api, d.worker}, role.Worker: {d.api, d.projector},
	} {
		for _, login := range others {
			if _, err := role.Grant(t.Context(), connect(t, d.owner), program, login); err == nil || !strings.Contains(err.Error(), "has the role") {
				t.Errorf("%s: %v", program, err)
			}
		}
	}
	expect(t, "the projector's login appends", d.projector, `CALL take_append_lock()`, refused)
}

// A login can't have the name of a role that the program migrate is going to create.
func TestLoginNamesOfRolesToBe(t *testing.T) {
	t.Parallel()
	owner := testdb.Empty(t)
	for _, name := range []string{nameOf(t, owner) + ".api", nameOf(t, owner) + ".projector", nameOf(t, owner) + ".worker", nameOf(t, owner) + ".service", "public"} {
		err := logins.CheckAll(t.Context(), connect(t, owner), "DATABASE_URL", []logins.Login{
			{Program: role.API, Variable: "API_DATABASE_URL", URL: as(t, owner, name, "x")},
		})
		if err == nil || !strings.Contains(err.Error(), "must name a login") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A login may have more rights than its program needs. Both this program and the program migrate
// accept such a login, but log a warning that names the unneeded rights.
func TestLoginWithTooManyRights(t *testing.T) {
	t.Parallel()
	d := newDeployment(t, testdb.Empty(t))
	login := parsed(t, d.projector).User.Username()
	for _, test := range []struct{ give, take, right string }{
		{`GRANT INSERT ON events TO %s`, `REVOKE INSERT ON events FROM %s`, "INSERT"},
		{`GRANT INSERT (position) ON events TO %s`, `REVOKE INSERT (position) ON events FROM %s`, "INSERT"},
		{`GRANT UPDATE ON events TO %s`, `REVOKE UPDATE ON events FROM %s`, "UPDATE"},
		{`GRANT DELETE ON events TO %s`, `REVOKE DELETE ON events FROM %s`, "DELETE"},
		{`GRANT TRUNCATE ON events TO %s`, `REVOKE TRUNCATE ON events FROM %s`, "TRUNCATE"},
		{`GRANT TRIGGER ON events TO %s`, `REVOKE TRIGGER ON events FROM %s`, "TRIGGER"},
		{`ALTER ROLE %s SUPERUSER`, `ALTER ROLE %s NOSUPERUSER`, "SUPERUSER"},
		{`ALTER ROLE %s BYPASSRLS`, `ALTER ROLE %s NOBYPASSRLS`, "BYPASSRLS"},
		{`ALTER ROLE %s CREATEROLE`, `ALTER ROLE %s NOCREATEROLE`, "CREATEROLE"},
		{`GRANT pg_write_all_data TO %s`, `REVOKE pg_write_all_data FROM %s`, "pg_write_all_data"},
	} {
		mustRun(t, d.owner, fmt.Sprintf(test.give, login))
		var said strings.Builder
		_ = logins.Check(t.Context(), connect(t, d.projector), role.Projector, slog.New(slog.NewTextHandler(&said, nil)))
		if !strings.Contains(said.String(), "level=WARN") || !strings.Contains(said.String(), login) || !strings.Contains(said.String(), test.right) {
			t.Errorf("%s: the program says %q", test.right, said.String())
		}
		granted, err := role.Grant(t.Context(), connect(t, d.owner), role.Projector, d.projector)
		if err != nil || !strings.Contains(granted.Excess, test.right) {
			t.Errorf("%s: migrate is told %+v, %v", test.right, granted, err)
		}
		mustRun(t, d.owner, fmt.Sprintf(test.take, login))
		if granted, err := role.Grant(t.Context(), connect(t, d.owner), role.Projector, d.projector); err != nil || granted.Excess != "" {
			t.Errorf("%s is taken away: migrate is told %+v, %v", test.right, granted, err)
		}
	}
}

// Each program refuses to start with the login of another program. The error names the role that
// the program needs. With the login of the database's owner, each program starts and logs a
// warning.
func TestLoginOfAnotherProgram(t *testing.T) {
	t.Parallel()
	d := newDeployment(t, testdb.Empty(t))
	for name, test := range map[string]struct {
		address, program string
		want             []string
	}{
		"the API":                {d.api, role.API, nil},
		"the projector":          {d.projector, role.Projector, nil},
		"a shared one":           {testdb.ServiceURL(t, d.owner), role.API, nil},
		"a shared one's other":   {testdb.ServiceURL(t, d.owner), role.Projector, nil},
		"the projector's login":  {d.projector, role.API, []string{parsed(t, d.projector).User.Username(), nameOf(t, d.owner) + ".projector", nameOf(t, d.owner) + `.api"`, "API_DATABASE_URL"}},
		"the API's login":        {d.api, role.Projector, []string{parsed(t, d.api).User.Username(), nameOf(t, d.owner) + ".api", nameOf(t, d.owner) + `.projector"`, "PROJECTOR_DATABASE_URL"}},
		"the worker":             {d.worker, role.Worker, nil},
		"a shared one's jobs":    {testdb.ServiceURL(t, d.owner), role.Worker, nil},
		"the worker's login":     {d.worker, role.API, []string{nameOf(t, d.owner) + `.api"`, "API_DATABASE_URL"}},
		"it projects":            {d.worker, role.Projector, []string{nameOf(t, d.owner) + `.projector"`, "PROJECTOR_DATABASE_URL"}},
		"the API's login works":  {d.api, role.Worker, []string{nameOf(t, d.owner) + `.worker"`, "WORKER_DATABASE_URL", "WORKFLOWS=off"}},
		"the projector's works":  {d.projector, role.Worker, []string{nameOf(t, d.owner) + `.worker"`, "WORKER_DATABASE_URL", "WORKFLOWS=off"}},
		"the owner's works":      {d.owner, role.Worker, nil},
		"the owner's":            {d.owner, role.API, nil},
		"the owner's, projector": {d.owner, role.Projector, nil},
	} {
		var said strings.Builder
		err := logins.Check(t.Context(), connect(t, test.address), test.program, slog.New(slog.NewTextHandler(&said, nil)))
		if (err == nil) != (len(test.want) == 0) {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range test.want {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v does not say %s", name, err, want)
			}
		}
		if warned := strings.Contains(said.String(), "level=WARN"); warned != (test.address == d.owner) {
			t.Errorf("%s: the log says %q", name, said.String())
		}
	}
	if err := present.CheckOwner(t.Context(), connect(t, d.owner)); err != nil {
		t.Error(err)
	}
	if err := present.CheckOwner(t.Context(), connect(t, testdb.Empty(t))); err != nil {
		t.Errorf("an empty database: %v", err)
	}
	err := present.CheckOwner(t.Context(), connect(t, d.api))
	if err == nil || !strings.Contains(err.Error(), parsed(t, d.api).User.Username()) || !strings.Contains(err.Error(), parsed(t, d.owner).User.Username()) {
		t.Errorf("the API's login migrates: %v", err)
	}
}

// The program migrate takes the right to connect away from every login without a role. The worker's
// login has a role, so it can still connect, even if migrate is given only the logins of the API
// and the projector.
func TestWorkersLoginIsNotShutOut(t *testing.T) {
	t.Parallel()
	d := newDeployment(t, owned(t))
	stranger := testdb.As(t, testdb.New(t), "pg_monitor")
	mustRun(t, d.owner, `GRANT CONNECT ON DATABASE `+nameOf(t, d.owner)+` TO PUBLIC`)
	expect(t, "a stranger, while the database is open", in(t, stranger, d.owner), `SELECT 1`, works)
	said := false
	err := admit.Logins(t.Context(), connect(t, d.owner), []logins.Login{
		{Program: role.API, Variable: "API_DATABASE_URL", URL: d.api}, {Program: role.Projector, Variable: "PROJECTOR_DATABASE_URL", URL: d.projector},
	}, rolerights.Mended{}, report.New(&said, io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "the worker", d.worker, workerWork, works)
	expect(t, "a stranger", in(t, stranger, d.owner), `SELECT 1`, refused)
}
