package eventlog_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/pg/role"
)

// Guarantee 9: events can't be changed or deleted. The service's logins have no right to do so. A
// trigger refuses UPDATE, DELETE and TRUNCATE even to the owner of the database. (The owner could
// disable the trigger.)
func TestEventsCantBeChanged(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	mustAppend(t, newStore(t, url), stream(uuid.New(), event.NoStream, 1))
	for role, roleURL := range map[string]string{
		"owner": url, "service": testdb.ServiceURL(t, url), "API": testdb.As(t, url, role.API), "projector": testdb.As(t, url, role.Projector), "worker": testdb.As(t, url, role.Worker),
	} {
		want := "42501" // insufficient_privilege
		if role == "owner" {
			want = "23001" // SQLSTATE of the trigger
		}
		pool := connect(t, roleURL)
		for _, sql := range []string{
			`UPDATE events SET data = '{}'`, `DELETE FROM events`, `TRUNCATE events`,
			`INSERT INTO events SELECT * FROM events ON CONFLICT (position) DO UPDATE SET data = '{}'`,
		} {
			_, err := pool.Exec(t.Context(), sql)
			if pgErr, ok := errors.AsType[*pgconn.PgError](err); !ok || pgErr.Code != want {
				t.Errorf("%s as the %s: got %v, want SQLSTATE %s", sql, role, err, want)
			}
		}
	}
}

// A superuser can disable ordinary triggers by the setting session_replication_role, and logical
// replication always runs with this setting. The trigger against changes of events works even with
// this setting.
func TestEventsCantBeChangedWithoutOrdinaryTriggers(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	mustAppend(t, newStore(t, url), stream(uuid.New(), event.NoStream, 1))
	owner := connect(t, url)
	for _, sql := range []string{`UPDATE events SET data = '{}'`, `DELETE FROM events`, `TRUNCATE events`, `TRUNCATE chain_links`} {
		_, err := owner.Exec(t.Context(), `SET session_replication_role = replica; `+sql, pgx.QueryExecModeSimpleProtocol)
		if !hasState(err, "23001") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// A login that appends has all rights that it needs, but can't change the schema.
func TestRolesThatAppend(t *testing.T) {
	t.Parallel()
	for _, role := range []string{role.Service, role.API} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			url := testdb.As(t, testdb.New(t), role)
			appends(t, url)
			if _, err := newStore(t, url).ForgetExpired(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// The worker's login has the rights to append events and to execute jobs of River's queue.
// TestRolesAreApart checks that it has no rights for read models or for the keys of persons.
func TestWorkerAppendsAndWorksJobs(t *testing.T) {
	t.Parallel()
	url := testdb.As(t, testdb.New(t), role.Worker)
	appends(t, url)
	worker := connect(t, url)
	for _, sql := range []string{
		`INSERT INTO river_job (kind, max_attempts, args) VALUES ('command', 25, '{}') ON CONFLICT DO NOTHING`,
		`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = '{a}'`,
		`UPDATE river_job SET state = 'completed', finalized_at = now()`, `SELECT river_job_state_in_bitmask(B'11111111', state) FROM river_job`, `DELETE FROM river_job`,
		`INSERT INTO river_queue (name, updated_at) VALUES ('a', now())`, `UPDATE river_queue SET paused_at = now()`, `DELETE FROM river_queue`,
		`INSERT INTO river_leader (leader_id, expires_at, elected_at) VALUES ('a', now(), now())`, `UPDATE river_leader SET expires_at = now()`, `DELETE FROM river_leader`,
		`LISTEN "public.river_insert"`, `SELECT FROM river_migration`, `SELECT FROM jobs_version`,
	} {
		if _, err := worker.Exec(t.Context(), sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func appends(t *testing.T, url string) {
	t.Helper()
	store := newStore(t, url)
	a := stream(uuid.New(), event.NoStream, 1)
	a.Once = &event.Once{Key: "k", Fingerprint: []byte("f"), Keep: time.Hour}
	mustAppend(t, store, a)
	err := store.Load(t.Context(), a.Streams[0].Type, a.Streams[0].ID, 0, func(event.Recorded) error { return nil })
	if found := answers(t, store, "k"); len(found) != 1 || err != nil {
		t.Errorf("answers %v, load: %v", found, err)
	}
	pool := connect(t, url)
	for _, sql := range []string{`CREATE TABLE x ()`, `ALTER TABLE events DISABLE TRIGGER ALL`, `DROP TABLE outbox`} {
		if sql == `CREATE TABLE x ()` && canCreate(t, pool) {
			continue // PostgreSQL before 15 let everybody create objects in the schema public
		}
		if _, err := pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("the role may %s", sql)
		}
	}
}

// Each program has its own role, and no role has a right that only another program needs.
func TestRolesAreApart(t *testing.T) {
	t.Parallel()
	url := tank.Database(t)
	models := readModels(t, url)
	for program, statements := range map[string][]string{
		role.API: append(onEach(models, `INSERT INTO {table} DEFAULT VALUES`, `UPDATE {table} SET {column} = DEFAULT`, `DELETE FROM {table}`),
			`UPDATE checkpoints SET position = 0`, `INSERT INTO checkpoints (projection) VALUES ('x')`, `DELETE FROM parked_streams`, `UPDATE outbox SET data = '{}'`,
			`INSERT INTO events SELECT FROM events`, `INSERT INTO outbox SELECT FROM events`, `DELETE FROM outbox`, `SELECT FROM outbox`, `SELECT FROM dead_messages`, `SELECT FROM applied_ranges`,
			`INSERT INTO idempotency_keys SELECT FROM idempotency_keys`, `UPDATE idempotency_keys SET version = 0`, `DELETE FROM idempotency_keys`, `SELECT FROM idempotency_keys FOR SHARE`,
			`INSERT INTO goose_db_version (version_id, is_applied) VALUES (1, true)`, `INSERT INTO engine_version (version_id, is_applied) VALUES (1, true)`,
			`INSERT INTO snapshots SELECT FROM snapshots`, `UPDATE snapshots SET version = 1`, `DELETE FROM snapshots`, `SELECT FROM snapshot_cursor`,
			`SELECT FROM river_job`, `INSERT INTO river_job DEFAULT VALUES`, `SELECT FROM river_leader`, `SELECT FROM workflow_instances`, `SELECT start_workflow('x')`,
		),
		role.Projector: {
			`INSERT INTO events SELECT FROM events`, `INSERT INTO outbox SELECT FROM outbox`, `UPDATE outbox SET data = '{}'`, `SELECT FROM idempotency_keys`,
			`CALL take_append_lock()`, `CALL find_flight('{}', NULL, NULL, NULL)`, `SELECT forget_expired_since(1, 0)`,
			`DELETE FROM idempotency_keys`, `DELETE FROM checkpoints`, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (1, true)`,
			`INSERT INTO engine_version (version_id, is_applied) VALUES (1, true)`,
		},
		role.Worker: append(onEach(models, `INSERT INTO {table} DEFAULT VALUES`, `UPDATE {table} SET {column} = DEFAULT`, `DELETE FROM {table}`),
			`SELECT FROM levels`, `SELECT FROM meters`, `SELECT FROM readings`, `SELECT FROM checkpoints`, `UPDATE checkpoints SET position = 0`, `INSERT INTO checkpoints (projection) VALUES ('x')`, `SELECT FROM parked_streams`, `SELECT FROM applied_ranges`,
			`SELECT FROM workflow_instances`, `DELETE FROM workflow_instances`, `SELECT start_workflow('x')`, `SELECT grant_jobs()`,
			`INSERT INTO events SELECT FROM events`, `INSERT INTO event_tags SELECT FROM event_tags`, `SELECT FROM outbox`, `INSERT INTO outbox SELECT FROM outbox`, `DELETE FROM outbox`, `SELECT FROM dead_messages`,
			`SELECT FROM keys.persons`, `SELECT FROM keys.secrets`, `SELECT FROM keys.erased`, `SELECT FROM keys.lookups`, `SELECT FROM erasures`, `SELECT FROM issuers`, `SELECT FROM chain_links`,
			`INSERT INTO idempotency_keys SELECT FROM idempotency_keys`, `DELETE FROM idempotency_keys`, `SELECT forget_expired_since(1, 0)`,
			`INSERT INTO snapshots SELECT FROM snapshots`, `DELETE FROM snapshots`, `SELECT FROM snapshot_cursor`,
			`INSERT INTO goose_db_version (version_id, is_applied) VALUES (1, true)`, `INSERT INTO engine_version (version_id, is_applied) VALUES (1, true)`,
			`INSERT INTO jobs_version (version_id, is_applied) VALUES (1, true)`, `DELETE FROM river_migration`, `TRUNCATE river_job`, `DROP TABLE river_job`,
		),
	} {
		pool := connect(t, testdb.As(t, url, program))
		if _, err := pool.Exec(t.Context(), `SELECT pg_logical_emit_message(true, 'x', '')`); err != nil { // see standby.Await
			t.Errorf("the %s can't wait for a standby: %v", program, err)
		}
		statements = append(statements, onEach(models, `TRUNCATE {table}`, `DROP TABLE {table}`, `ALTER TABLE {table} ADD COLUMN x text`, `SELECT grant_read_model('{table}')`)...)
		for _, sql := range append(statements, `SET ROLE `+pgx.Identifier{testdb.RoleOf(t, url, role.Service)}.Sanitize(), `COPY (SELECT 1) TO PROGRAM 'true'`, `SELECT pg_read_file('PG_VERSION')`) {
			_, err := pool.Exec(t.Context(), sql)
			if refusal, ok := errors.AsType[*pgconn.PgError](err); !ok || refusal.Code != "42501" {
				t.Errorf("%s: %s: got %v, want it refused", program, sql, err)
			}
		}
	}
}

// An append needs several tables, and one of them is append_lock. The logins of the API, of the
// worker and of a monitoring program can't take a lock on any of these tables that would block
// appends. (The procedure that appends events locks append_lock itself.)
func TestAPIMayLockNothingThatAppendsNeed(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	for _, role := range []string{role.API, role.Worker, "pg_monitor"} {
		pool := connect(t, testdb.As(t, url, role))
		for _, table := range []string{"events", "outbox", "idempotency_keys", "elapsed", "log_epochs", "append_lock"} {
			for _, mode := range []string{"SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"} {
				tx, err := pool.Begin(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				_, err = tx.Exec(t.Context(), `LOCK TABLE `+table+` IN `+mode+` MODE`)
				if refusal, ok := errors.AsType[*pgconn.PgError](err); !ok || refusal.Code != "42501" {
					t.Errorf("%s locks %s IN %s MODE: got %v, want it refused", role, table, mode, err)
				}
				if err := tx.Rollback(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// If a login may execute a trigger function, the login could create its own table with this
// function as a trigger. The function would then run for a table for which it was not written. For
// this reason, only the owner of a function and the roles with a grant may execute the function.
func TestNoFunctionIsEverybodys(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner := connect(t, url)
	var open []string
	const sql = `SELECT array_agg(p.oid::regprocedure::text ORDER BY 1) FROM pg_proc p
		WHERE p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) AND has_function_privilege('public', p.oid, 'EXECUTE')
		  AND p.proname <> 'river_job_state_in_bitmask' -- River's own, which reads no table
		  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')` // functions of an extension
	if err := owner.QueryRow(t.Context(), sql).Scan(&open); err != nil {
		t.Fatal(err)
	}
	for _, function := range open {
		t.Errorf("everybody may execute %s: let the migration that makes it say REVOKE EXECUTE ON ROUTINE %[1]s FROM PUBLIC, also of a trigger's (to fire needs no right), "+
			"and GRANT EXECUTE to role_of('api') or role_of('projector') where a program calls it", function)
	}

	person := uuid.New()
	if _, err := owner.Exec(t.Context(), `INSERT INTO keys.persons (person_id, wrapped) VALUES ($1, '')`, person); err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{role.API, role.Projector, role.Worker, role.Service, "pg_monitor"} {
		login := connect(t, testdb.As(t, url, role))
		for _, function := range []string{"keys.erase_person", "keys.refuse_erased", "keys.refuse_retired", "refuse_change", "check_step"} {
			attack := `CREATE TEMP TABLE mine (stream_id uuid, person_id uuid); CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION ` + function +
				`(); INSERT INTO mine VALUES ('` + person.String() + `')`
			if _, err := login.Exec(t.Context(), attack, pgx.QueryExecModeSimpleProtocol); !hasState(err, "42501") {
				t.Errorf("%s makes a trigger of %s: got %v, want it refused", role, function, err)
			}
		}
	}
	var left int
	if err := owner.QueryRow(t.Context(), `SELECT count(*) FROM keys.persons WHERE person_id = $1`, person).Scan(&left); err != nil || left != 1 {
		t.Errorf("%d keys are left, want 1: %v", left, err)
	}
}

// readModels returns the names of all tables of read models, each with the name of its first
// column. These are the tables that the API may read and the projector may delete from.
func readModels(t *testing.T, url string) map[string]string {
	t.Helper()
	const sql = `
		SELECT jsonb_object_agg(c.relname, a.attname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'parked_streams'
		  AND has_table_privilege(role_of('api'), c.oid, 'SELECT') AND has_table_privilege(role_of('projector'), c.oid, 'DELETE')`
	var models map[string]string
	if err := connect(t, url).QueryRow(t.Context(), sql).Scan(&models); err != nil {
		t.Fatal(err)
	}
	if models["levels"] != "tank_id" || models["meters"] != "tank_id" || models["readings"] != "tank_id" {
		t.Fatalf("the tank's are not among %v", models)
	}
	return models
}

// onEach returns the given statements for each table of the read models. In each statement, it
// replaces {table} and {column} by the names of the table and of a column.
func onEach(models map[string]string, statements ...string) (all []string) {
	for table, column := range models {
		for _, sql := range statements {
			all = append(all, strings.NewReplacer("{table}", table, "{column}", column).Replace(sql))
		}
	}
	return all
}

// For each table, at least one of the programs' logins (API, projector, worker) may read the table.
// Three tables are exceptions, because only the owner uses them. Without this test, a missing grant
// in the migration of a read model would only be found by the first query.
func TestEveryTableIsGranted(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	var forgotten []string
	const sql = `SELECT array_agg(c.relname::text) FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL ('{append_lock,role_rights,river_notification}') -- which are the owner's
		AND NOT has_table_privilege(role_of('projector'), c.oid, 'SELECT') AND NOT has_table_privilege(role_of('api'), c.oid, 'SELECT') AND NOT has_table_privilege(role_of('worker'), c.oid, 'SELECT')`
	if err := pool.QueryRow(t.Context(), sql).Scan(&forgotten); err != nil {
		t.Fatal(err)
	}
	if len(forgotten) > 0 {
		t.Errorf("nobody may read %v: let the migration end with SELECT grant_read_model('%[1]v')", forgotten)
	}
}

func canCreate(t *testing.T, pool *pgxpool.Pool) bool {
	t.Helper()
	var allowed bool
	if err := pool.QueryRow(t.Context(), `SELECT has_schema_privilege('public', 'CREATE') AND current_setting('server_version_num')::int < 150000`).Scan(&allowed); err != nil {
		t.Fatal(err)
	}
	return allowed
}
