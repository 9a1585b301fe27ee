package pg_test

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver for goose

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/engine/schema/present"
)

// deployment has URLs of one database: with the login of its owner, and with the logins of the API,
// of the projector and of the projector's workflows.
type deployment struct{ owner, api, projector, worker string }

// newDeployment migrates a database and creates the logins, as the program migrate does.
func newDeployment(t *testing.T, owner string) deployment {
	t.Helper()
	d := deployment{owner: owner}
	migrate(t, d.owner)
	d.makeLogins(t)
	d.admit(t)
	return d
}

func (d *deployment) makeLogins(t *testing.T) {
	t.Helper()
	d.api, d.projector, d.worker = d.login(t, "api"), d.login(t, "projector"), d.login(t, "worker")
}

func (d *deployment) login(t *testing.T, program string) string {
	t.Helper()
	name := strings.TrimPrefix(parsed(t, d.owner).Path, "/") + "_" + program + "_login"
	t.Cleanup(func() { mustRun(t, d.owner, "DROP ROLE IF EXISTS "+name) })
	return as(t, d.owner, name, "p@ss wörd:'\"\\%"+program)
}

// admit creates the logins, as the program migrate does after the migrations.
func (d *deployment) admit(t *testing.T) {
	t.Helper()
	owner := connect(t, d.owner)
	defer owner.Close()
	if err := role.NameAll(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	for program, login := range map[string]string{role.API: d.api, role.Projector: d.projector, role.Worker: d.worker} {
		if _, err := role.Grant(t.Context(), owner, program, login); err != nil {
			t.Fatal(err)
		}
	}
	if err := role.ShutOut(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
}

func parsed(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// as returns the URL with another user name and password.
func as(t *testing.T, address, user, password string) string {
	t.Helper()
	u := parsed(t, address)
	u.User = url.UserPassword(user, password)
	return u.String()
}

func in(t *testing.T, address, other string) string {
	t.Helper()
	u := parsed(t, address)
	u.Path = parsed(t, other).Path
	return u.String()
}

func nameOf(t *testing.T, address string) string {
	t.Helper()
	return strings.TrimPrefix(parsed(t, address).Path, "/")
}

// migrate applies all migrations to a database.
func migrate(t *testing.T, owner string) {
	t.Helper()
	db, err := sql.Open("pgx", owner)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := apply.Up(t.Context(), db, none); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, address string) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), address, t.Name(), 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// try runs statements on a new connection. It returns the SQLSTATE of the error, or "" if the
// statements succeed.
func try(t *testing.T, address, statements string) string {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pgx.Connect(ctx, address)
	if err == nil {
		defer func() { _ = conn.Close(ctx) }()
		_, err = conn.Exec(ctx, statements)
	}
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refusal.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return ""
}

func mustRun(t *testing.T, address, statements string) {
	t.Helper()
	if code := try(t, address, statements); code != "" {
		t.Fatalf("%s: SQLSTATE %s", statements, code)
	}
}

const (
	works   = ""
	refused = "42501" // insufficient_privilege
	badLog  = "28P01" // invalid_password
	apiWork = `SELECT FROM events; CALL take_append_lock(); SELECT forget_expired_since(1, 0)`

	workerWork = `SELECT FROM events; CALL take_append_lock(); UPDATE river_job SET state = 'running'; DELETE FROM river_leader`
)

func expect(t *testing.T, what, address, statements, want string) {
	t.Helper()
	if code := try(t, address, statements); code != want {
		t.Errorf("%s: got SQLSTATE %q, want %q", what, code, want)
	}
}

// owned returns the URL of an empty database with the login of its owner. The owner is not a
// superuser, but may create roles.
func owned(t *testing.T) string {
	t.Helper()
	server := testdb.Empty(t)
	name := nameOf(t, server)
	mustRun(t, server, "CREATE ROLE "+name+"_owner LOGIN PASSWORD 'x' CREATEROLE; ALTER DATABASE "+name+" OWNER TO "+name+"_owner")
	t.Cleanup(func() {
		mustRun(t, server, "DROP OWNED BY "+name+"_owner CASCADE; ALTER DATABASE "+name+" OWNER TO CURRENT_USER; DROP ROLE "+name+"_owner")
	})
	return as(t, server, name+"_owner", "x")
}

// Two databases in one cluster have different owners. The logins of one database have no rights in
// the other database.
func TestDeploymentsAreStrangers(t *testing.T) {
	t.Parallel()
	one, other := newDeployment(t, owned(t)), newDeployment(t, owned(t))
	expect(t, "the API at home", one.api, apiWork, works)
	expect(t, "the projector at home", one.projector, `SELECT FROM events; INSERT INTO checkpoints (projection) VALUES ('x')`, works)
	expect(t, "the worker at home", one.worker, workerWork, works)
	strangers := []string{one.api, one.projector, one.worker}
	for _, login := range strangers {
		expect(t, "a stranger connects", in(t, login, other.owner), `SELECT 1`, refused)
	}
	mustRun(t, other.owner, `GRANT CONNECT ON DATABASE `+nameOf(t, other.owner)+` TO PUBLIC`) // the operators of the other database may do this
	for _, login := range strangers {
		for _, statement := range []string{`CALL take_append_lock()`, `SELECT FROM events`, `SELECT FROM idempotency_keys`, `SELECT FROM engine_version`, `SELECT FROM goose_db_version`, `SELECT FROM jobs_version`, `SELECT FROM river_job`, `SELECT FROM keys.persons`} {
			expect(t, "a stranger inside: "+statement, in(t, login, other.owner), statement, refused)
		}
	}
}

// If the program migrate has created a login for one database, it refuses to use this login for
// another database.
func TestLoginOfAnotherDeployment(t *testing.T) {
	t.Parallel()
	one, other := newDeployment(t, testdb.Empty(t)), newDeployment(t, testdb.Empty(t))
	shared := as(t, other.owner, parsed(t, one.api).User.Username(), "another password")
	if _, err := role.Grant(t.Context(), connect(t, other.owner), role.API, shared); err == nil || !strings.Contains(err.Error(), nameOf(t, one.owner)) {
		t.Errorf("%v does not say whose login it is", err)
	}
	expect(t, "the login with its own password", one.api, `SELECT FROM events`, works)
}

// If the program migrate has created a login, its next run sets the configured password. If
// somebody else has created the login, migrate does not change the password.
func TestPasswordOfALogin(t *testing.T) {
	t.Parallel()
	d := newDeployment(t, testdb.Empty(t))
	owner := connect(t, d.owner)
	made := parsed(t, d.api).User.Username()
	changed := as(t, d.owner, made, "changed")
	if granted, err := role.Grant(t.Context(), owner, role.API, changed); err != nil || granted.Kept {
		t.Fatalf("%+v, %v", granted, err)
	}
	expect(t, "the new password", changed, apiWork, works)
	expect(t, "the old password", d.api, apiWork, badLog)

	byHand := nameOf(t, d.owner) + "_by_hand"
	mustRun(t, d.owner, "CREATE ROLE "+byHand+" LOGIN PASSWORD 'its own'")
	t.Cleanup(func() { mustRun(t, d.owner, "DROP ROLE "+byHand) })
	if granted, err := role.Grant(t.Context(), owner, role.API, as(t, d.owner, byHand, "another")); err != nil || !granted.Kept {
		t.Fatalf("%+v, %v", granted, err)
	}
	expect(t, "its own password", as(t, d.owner, byHand, "its own"), apiWork, works)
	expect(t, "the URL's password", as(t, d.owner, byHand, "another"), apiWork, badLog)
}

// spy records all statements that are sent to the server, and those of their arguments that are
// strings.
type spy struct{ strings.Builder }

func (s *spy) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	s.WriteString(data.SQL)
	for _, arg := range data.Args {
		if text, ok := arg.(string); ok {
			s.WriteString(" " + text)
		}
	}
	return ctx
}

func (*spy) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// The program migrate never sends a password to the server in clear text, because the server might
// log it.
func TestPasswordIsNotSent(t *testing.T) {
	t.Parallel()
	d := deployment{owner: testdb.New(t)}
	config, err := pgxpool.ParseConfig(d.owner)
	if err != nil {
		t.Fatal(err)
	}
	sent := &spy{}
	config.ConnConfig.Tracer, config.MaxConns = sent, 1
	owner, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(owner.Close)
	login := d.login(t, "api")
	for range 2 { // the first round creates the login, and the second round finds it
		if _, err := role.Grant(t.Context(), owner, role.API, login); err != nil {
			t.Fatal(err)
		}
	}
	if said := sent.String(); strings.Contains(said, "p@ss w") || strings.Count(said, "SCRAM-SHA-256$4096:") < 2 {
		t.Errorf("it sends %s", said)
	}
	expect(t, "the login", login, apiWork, works)
}

// If a database is copied and the copy is migrated, the copy gets its own roles. If a database is
// renamed, it keeps its roles.
func TestCopiedAndRenamedDatabases(t *testing.T) {
	t.Parallel()
	original := newDeployment(t, testdb.Empty(t))
	byHand := testdb.As(t, original.owner, role.API)
	server := in(t, original.owner, "postgres://server/postgres")
	name := nameOf(t, original.owner)
	mustRun(t, server, "CREATE DATABASE "+name+"_copy TEMPLATE "+name)
	duplicate := deployment{owner: in(t, original.owner, "postgres://server/"+name+"_copy")}
	t.Cleanup(func() {
		mustRun(t, server, "DROP DATABASE "+name+"_copy WITH (FORCE)")
		mustRun(t, server, `DO $$ DECLARE role text; BEGIN FOR role IN SELECT rolname FROM pg_roles WHERE starts_with(rolname, '`+name+`_copy.') LOOP EXECUTE format('DROP ROLE %I', role); END LOOP; END $$`)
	})
	duplicate.makeLogins(t)
	duplicate.admit(t)
	mustRun(t, duplicate.owner, "GRANT CONNECT ON DATABASE "+name+"_copy TO PUBLIC")
	expect(t, "the copy's API", duplicate.api, apiWork, works)
	expect(t, "the copy's worker", duplicate.worker, workerWork, works)
	expect(t, "the original's worker in the copy", in(t, original.worker, duplicate.owner), workerWork, refused)
	expect(t, "the original's API in the copy", in(t, original.api, duplicate.owner), apiWork, refused)
	expect(t, "the original's API at home", original.api, apiWork, works)

	mustRun(t, server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '`+name+`'`)
	mustRun(t, server, "ALTER DATABASE "+name+" RENAME TO "+name+"_new")
	defer mustRun(t, server, "ALTER DATABASE "+name+"_new RENAME TO "+name) // cleanup drops the database by this name
	renamed := "postgres://server/" + name + "_new"
	pool := connect(t, in(t, original.owner, renamed))
	defer pool.Close()
	if err := role.NameAll(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	expect(t, "a login of before the new name", in(t, byHand, renamed), apiWork, works)
	if role := testdb.RoleOf(t, in(t, original.owner, renamed), role.API); role != name+"_new.api" {
		t.Errorf("the role is called %s", role)
	}
	mustRun(t, in(t, original.owner, renamed), `DO $$ BEGIN EXECUTE format('ALTER ROLE %I RENAME TO %I', '`+name+`_new.api', '`+name+`.api'); END $$`)
}

// The service can use its own schema, in a database in which nobody may use the schema public.
func TestSchemaOfItsOwn(t *testing.T) {
	t.Parallel()
	d := deployment{owner: testdb.Empty(t)}
	mustRun(t, d.owner, `REVOKE ALL ON SCHEMA public FROM PUBLIC; CREATE SCHEMA app`)
	app := func(address string) string { return address + "&search_path=app" }
	public := d.owner
	d.owner = app(d.owner)
	migrate(t, d.owner)
	d.makeLogins(t)
	d.admit(t)
	expect(t, "the API", d.api, apiWork, works)
	expect(t, "the worker", d.worker, workerWork, works)
	if err := present.Check(t.Context(), connect(t, d.projector), schema.Versions(none)); err != nil {
		t.Error(err)
	}
	elsewhere := as(t, public, parsed(t, d.api).User.Username(), mustPassword(t, d.api))
	err := present.Check(t.Context(), connect(t, elsewhere), schema.Versions(none))
	if err == nil || !strings.Contains(err.Error(), "schema app") {
		t.Errorf("%v does not say where the tables are", err)
	}
	mustRun(t, public, `REVOKE USAGE ON SCHEMA app FROM "`+testdb.RoleOf(t, d.owner, role.API)+`"`)
	err = present.Check(t.Context(), connect(t, d.api), schema.Versions(none))
	if err == nil || !strings.Contains(err.Error(), "USAGE") {
		t.Errorf("%v does not say what is missing", err)
	}
}

func mustPassword(t *testing.T, address string) string {
	t.Helper()
	password, _ := parsed(t, address).User.Password()
	return password
}

// The name of a role contains the name of the database, and could exceed PostgreSQL's limit on
// names. A name that is too long is not truncated, because the roles of two databases could then
// have the same name.
func TestLongNameOfADatabase(t *testing.T) {
	t.Parallel()
	base := testdb.Empty(t)
	server := in(t, base, "postgres://server/postgres")
	long := nameOf(t, base) + strings.Repeat("x", 63-len(nameOf(t, base)))
	mustRun(t, server, "CREATE DATABASE "+long)
	owner := in(t, base, "postgres://server/"+long)
	migrate(t, owner)
	role := testdb.RoleOf(t, owner, role.Projector)
	if len(role) != 32+len(".projector") {
		t.Errorf("the role is called %s", role)
	}
	mustRun(t, server, "DROP DATABASE "+long+" WITH (FORCE)")
	for _, program := range []string{"api", "projector", "worker", "service"} {
		mustRun(t, server, `DROP ROLE "`+strings.TrimSuffix(role, "projector")+program+`"`)
	}
}
