package eventlog_test

import (
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/pg/pooler"
	"example.com/pgcqrs/engine/pg/role"
)

// The constants nobody, apis, projectors and both say which programs' logins can execute a
// statement.
const (
	nobody = iota
	apis
	projectors
	both
)

// stolen lists SQL statements that a thief of a program's login may try. The value of each
// statement says which logins can execute it. The page docs/security.md lists what such a thief can
// do. In a statement, SELF stands for the thief's login and OWNER for the owner of the schema.
var stolen = map[string]int{
	// Statements on the tables of the log.
	`UPDATE events SET data = '{}'`:                                          nobody,
	`DELETE FROM events`:                                                     nobody,
	`TRUNCATE events`:                                                        nobody,
	`INSERT INTO events SELECT FROM events`:                                  nobody,
	`ALTER TABLE events DISABLE TRIGGER ALL`:                                 nobody,
	`ALTER TABLE events ALTER COLUMN data TYPE jsonb USING '{}'`:             nobody,
	`CREATE TRIGGER t BEFORE INSERT ON events EXECUTE FUNCTION check_step()`: nobody,
	`CREATE RULE r AS ON INSERT TO events DO INSTEAD NOTHING`:                nobody,
	`SET session_replication_role = replica`:                                 nobody,
	`DELETE FROM log_epochs`:                                                 nobody,
	`DELETE FROM chain_links`:                                                nobody,
	`UPDATE chain_links SET position = 0`:                                    nobody,
	`INSERT INTO chain_links (position, previous, hash, digests) VALUES (1, 0, sha256('x'), '\x0000000000000000')`: projectors,
	`SELECT data FROM events`: both,

	// Statements on the answers that are stored under idempotency keys, and on the clock by which
	// the keys expire.
	`DELETE FROM idempotency_keys`:                              nobody,
	`UPDATE idempotency_keys SET version = 0`:                   nobody,
	`UPDATE elapsed SET stepped_at = now() - interval '1 year'`: nobody,
	`SELECT key FROM idempotency_keys`:                          apis,

	// Statements on the encryption keys of persons.
	`DELETE FROM keys.persons`:                                                         nobody,
	`UPDATE keys.persons SET wrapped = ''`:                                             nobody,
	`DELETE FROM keys.erased`:                                                          nobody,
	`UPDATE keys.secrets SET wrapped = ''`:                                             nobody,
	`INSERT INTO keys.secrets (name, wrapped) VALUES ('lookups 2', 'mine')`:            nobody,
	`SELECT wrapped FROM keys.persons`:                                                 apis,
	`SELECT wrapped FROM keys.secrets`:                                                 apis,
	`DELETE FROM keys.lookups`:                                                         nobody,
	`SELECT FROM keys.retired`:                                                         nobody,
	`INSERT INTO keys.persons (person_id, wrapped) VALUES (gen_random_uuid(), 'mine')`: nobody,
	`SELECT append_keys(ROW('{}', '{0}', 0, NULL, NULL, false)::append_report, '{}', '{}', '{}', '{1}', '{1}', ARRAY[gen_random_uuid()], '{email}', '{x}')`: apis,
	`UPDATE keys.lookups SET scope = 'mine'`: nobody,
	`SELECT check_claims('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`:                                                       apis,
	`SELECT name_claims(ROW('{}', '{0}', 0, NULL, NULL, false)::append_report, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`: apis,
	`SELECT scope_lookups(ROW('{}', '{0}', 0, NULL, NULL, false)::append_report, '{1}', '{1}', ARRAY[gen_random_uuid()], '{email}', '{x}', '{mine}')`:               apis,
	`SELECT taken_claims('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`:                                                             nobody,
	`SELECT check_conditions('{0}', '{1}', '{0}', ARRAY['00000000-0000-0000-0000-000000000000'::uuid], '{1}', '{0}', '{a}', '{}')`:                                  apis,
	`SELECT append_tags(ROW('{}', '{0}', 0, NULL, NULL, false)::append_report, '{1}', '{x}', '{1}', '{a}')`:                                                         apis,

	// Statements on the table of token issuers. The name of an issuer is a part of each stored
	// subject.
	`INSERT INTO issuers (issuer, name) VALUES ('https://x', '2')`: nobody,
	`UPDATE issuers SET name = '2'`:                                nobody,
	`DELETE FROM issuers`:                                          nobody,
	`LOCK TABLE issuers IN SHARE MODE`:                             nobody,
	`SELECT bind_issuer('https://x')`:                              apis,
	`SELECT issuer FROM issuers`:                                   apis,

	// Statements on tables that only the projector writes.
	`UPDATE checkpoints SET position = 0`:   projectors,
	`DELETE FROM outbox`:                    projectors,
	`DELETE FROM parked_streams`:            projectors,
	`SELECT data FROM outbox`:               projectors,
	`INSERT INTO outbox SELECT FROM outbox`: nobody,

	// Statements on the schema, the server and the files of the server.
	`CREATE TABLE public.x ()`: nobody,
	`CREATE SCHEMA x`:          nobody,
	`CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`: nobody,
	`CREATE PUBLICATION p`: nobody,
	`CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION check_step()`: nobody,
	`SELECT pg_create_logical_replication_slot('x', 'pgoutput')`:                nobody,
	`ALTER SYSTEM SET fsync = off`:                                              nobody,
	`SELECT pg_reload_conf()`:                                                   nobody,
	`COPY (SELECT 1) TO PROGRAM 'true'`:                                         nobody,
	`COPY (SELECT 1) TO '/tmp/x'`:                                               nobody,
	`SELECT pg_read_file('PG_VERSION')`:                                         nobody,
	`SELECT lo_import('/etc/hostname')`:                                         nobody,
	`SELECT rolpassword FROM pg_authid`:                                         nobody,
	`CREATE ROLE x`:                                                             nobody,
	`SET ROLE OWNER`:                                                            nobody,
	`ALTER ROLE OWNER PASSWORD 'x'`:                                             nobody,
	`ALTER DATABASE DATABASE SET search_path = pg_catalog`:                      nobody,
	`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'OWNER' AND pid <> pg_backend_pid()`: nobody,
	`CREATE TEMP TABLE x (); NOTIFY x; SELECT lo_create(0)`:                                                      both,

	// Statements that would block other sessions.
	`LOCK TABLE events IN SHARE MODE`:                             nobody,
	`LOCK TABLE append_lock IN EXCLUSIVE MODE`:                    nobody,
	`LOCK TABLE keys.persons IN ACCESS EXCLUSIVE MODE`:            nobody,
	`LOCK TABLE idempotency_keys IN SHARE MODE`:                   nobody,
	`CALL take_append_lock()`:                                     apis,
	`LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE`:                  projectors,
	`LOCK TABLE checkpoints IN ACCESS EXCLUSIVE MODE`:             projectors,
	`SELECT pg_advisory_xact_lock(hashtextextended('outbox', 0))`: both,
	`ALTER ROLE SELF SET search_path = pg_catalog`:                both,
	`ALTER ROLE SELF SET default_transaction_read_only = on`:      both,
	`ALTER ROLE SELF PASSWORD 'another'`:                          both,
	`ALTER ROLE SELF CONNECTION LIMIT -1`:                         nobody,
}

// Of the statements in the map stolen, a thief of a program's login can execute only those that
// docs/security.md lists.
func TestStolenLogins(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	store := newStore(t, address)
	mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
	owner := nameIn(t, address)
	for role, bit := range map[string]int{role.API: apis, role.Projector: projectors} {
		login := testdb.As(t, address, role)
		pool := connect(t, login)
		fill := strings.NewReplacer("SELF", nameIn(t, login), "OWNER", owner, "DATABASE DATABASE", "DATABASE "+databaseIn(t, login))
		for sql, who := range stolen {
			tx, err := pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(sql, "ALTER SYSTEM") { // does not run in a transaction
				_, err = pool.Exec(t.Context(), sql)
			} else {
				_, err = tx.Exec(t.Context(), fill.Replace(sql), pgx.QueryExecModeSimpleProtocol)
			}
			refusal, refused := errors.AsType[*pgconn.PgError](err)
			switch may := who&bit != 0; {
			case may && err != nil:
				t.Errorf("the login of %s: %s: %v, and docs/security.md says that it may", role, sql, err)
			case !may && (!refused || !slices.Contains([]string{"42501", "42883"}, refusal.Code)):
				t.Errorf("the login of %s: %s: got %v, want it refused", role, sql, err)
			}
			if err := tx.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func nameIn(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.User.Username()
}

func databaseIn(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(u.Path, "/")
}

// The page docs/operations.md contains a statement that allows advisory locks only for roles that
// need them. After this statement, the API's login can't take an advisory lock, and the API still
// works.
func TestAdvisoryLocksForTheProjectorAlone(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	statement, err := os.ReadFile("testdata/advisory.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := connect(t, address).Exec(t.Context(), string(statement)); err != nil {
		t.Fatal(err)
	}
	for program, want := range map[string]string{role.API: "42501", role.Projector: "", role.Worker: ""} {
		pool := connect(t, testdb.As(t, address, program))
		for _, function := range []string{"pg_advisory_xact_lock", "pg_try_advisory_xact_lock_shared", "pg_advisory_lock", "pg_try_advisory_lock", "pg_advisory_lock_shared"} {
			if _, err := pool.Exec(t.Context(), `SELECT `+function+`(1)`); (err != nil) != (want != "") || want != "" && !hasState(err, want) {
				t.Errorf("the login of %s: %s: %v, want %q", program, function, err, want)
			}
		}
		needs := map[string]pooler.Needs{role.API: pooler.Prepared, role.Projector: pooler.Session, role.Worker: pooler.Session}[program]
		if err := pooler.CheckLocks(t.Context(), &pool.Config().ConnConfig.Config, needs); err != nil {
			t.Errorf("the program of %s: %v", program, err)
		}
		pool.Close() // its sessions hold locks for which the next program would wait
	}
	store := newStore(t, testdb.As(t, address, role.API))
	mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
}
