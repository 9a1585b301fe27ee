package settings

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/pooler"
)

// setting is a property of the server, the database or the login on which a guarantee depends.
type setting struct {
	name      string // a label of the metric, and a row of the table in docs/operations.md
	wrong     string // SQL: NULL while the setting is right, else the value of the setting
	says      string // a format for the value; "" is "NAME is %s"
	mend      string // what the operator can do about a wrong value
	mayAccept bool   // UNSAFE_DATABASE=accept accepts a wrong value
}

// settings lists all settings that this package checks. Other requirements are checked elsewhere:
// engine/pg checks time-outs when it opens a pool, engine/pg/pooler checks poolers and advisory
// locks, and pg.CheckWrites checks whether the primary accepts writes.
var settings = []setting{
	{name: "fsync", wrong: unless("fsync", "on"), mayAccept: true,
		mend: "set it to on, for a crash of the server's machine may lose acknowledged commands, or all data"},
	{name: "full_page_writes", wrong: unless("full_page_writes", "on"), mayAccept: true,
		mend: "set it to on, for a crash of the server's machine may leave torn pages, unless its file system never does"},
	{name: dsn.SynchronousCommit, wrong: unless(dsn.SynchronousCommit, "on", "remote_apply"),
		mend: "a pooler ignores what our connections set: ALTER ROLE … SET " + dsn.SynchronousCommit + " = 'on'"},
	{name: dsn.Isolation, wrong: unless(dsn.Isolation, dsn.ReadCommitted),
		mend: "a pooler ignores what our connections set: ALTER ROLE … SET " + dsn.Isolation + " = '" + dsn.ReadCommitted + "'"},
	{name: dsn.ClientEncoding, wrong: unless(dsn.ClientEncoding, dsn.UTF8),
		mend: "a pooler ignores what our connections set: ALTER ROLE … SET " + dsn.ClientEncoding + " = '" + dsn.UTF8 + "'"},
	{name: "server_encoding", wrong: unless("server_encoding", dsn.UTF8),
		mend: "restore a dump of it into a database that is made with ENCODING '" + dsn.UTF8 + "', for it can't hold every text"},
	{name: "idle_session_timeout", wrong: unless("idle_session_timeout", "0"),
		mend: "ALTER ROLE … SET idle_session_timeout = 0, for a session that listens is idle, and would be cut"},
	{name: "client_min_messages", wrong: when("client_min_messages", "error"),
		mend: "set it to warning or less, for a warning is all that tells of a commit that the required standby may not have"},
	{name: "session_replication_role", wrong: when("session_replication_role", "replica"),
		mend: "set it to origin, for triggers do not fire"},
	{name: "search_path", wrong: `coalesce(` + pathWithoutCatalog + `, ` + tablesElsewhere + `)`,
		mend: "let it name the schema that cmd/migrate has filled before any other with such names, and pg_catalog nowhere"},
	{name: "create rights", says: "the login may create in schema %s", wrong: mayCreate,
		mend: "REVOKE CREATE ON SCHEMA … FROM PUBLIC, or from the login, for functions that run as the owner may call what is created there"},
	{name: "row_security", wrong: `(SELECT 'on for ' || string_agg(name, ', ') FROM service WHERE row_security_active(oid))`,
		mend: "ALTER TABLE … DISABLE ROW LEVEL SECURITY, for a policy may hide rows"},
	{name: "unlogged tables", says: "tables are unlogged (%s)", wrong: `(SELECT string_agg(name, ', ') FROM service WHERE relpersistence <> 'p')`,
		mend: "ALTER TABLE … SET LOGGED, for a crash empties them and no standby has them"},
	{name: "triggers", says: "not all triggers are as the migrations make them (%s)", wrong: triggersOff,
		mend: "ALTER TABLE … ENABLE TRIGGER, or ENABLE ALWAYS TRIGGER, or make again what its migration makes; then ops chain verify, for the log may have been changed"},
	{name: "constraints", says: "not all constraints are as the migrations make them (%s)", wrong: constraintsGone,
		mend: "add again what its migration adds, and settle what violates it"},
}

// pathWithoutCatalog is SQL that returns the search_path if another schema comes before pg_catalog,
// and NULL otherwise. Functions of such a schema could replace PostgreSQL's own functions.
const pathWithoutCatalog = `(
	SELECT current_setting('search_path') || ', with pg_catalog not at its start'
	FROM unnest(current_schemas(true)) WITH ORDINALITY AS path (schema, place)
	WHERE schema NOT LIKE 'pg\_temp\_%' AND place = (
	    SELECT min(place) FROM unnest(current_schemas(true)) WITH ORDINALITY AS path (schema, place) WHERE schema NOT LIKE 'pg\_temp\_%')
	  AND schema <> 'pg_catalog')`

// tablesElsewhere is SQL that lists the tables that are not in the schema of the table
// engine_version. This table lists the engine's migrations.
const tablesElsewhere = `(
	SELECT current_setting('search_path') || ', which does not find ' || string_agg(name, ', ') || ' beside engine_version'
	FROM service
	WHERE name NOT LIKE '%.%' AND relnamespace IS DISTINCT FROM (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('engine_version')))`

// mayCreate is SQL that lists schemas in which the login may create objects although a checked
// table of the schema has another owner. Functions that run as the owner have such a schema on
// their search_path, and could call an object that the login has created.
const mayCreate = `(
	SELECT string_agg(DISTINCT n.nspname::text, ', ')
	FROM service JOIN pg_class c ON c.oid = service.oid JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE has_schema_privilege(n.oid, 'CREATE') AND NOT pg_has_role(c.relowner, 'MEMBER'))`

// service is SQL that lists the tables to check. If a table's name includes its schema, the SQL
// finds the table even if the login may not use the schema.
const service = `
	WITH service AS (
	    SELECT wanted.name, c.oid, c.relnamespace, c.relpersistence
	    FROM unnest($1::text[]) AS wanted (name)
	    LEFT JOIN pg_class c ON c.oid = to_regclass(CASE WHEN wanted.name NOT LIKE '%.%' THEN quote_ident(wanted.name) END)
	        OR c.relname = split_part(wanted.name, '.', 2)
	           AND c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = split_part(wanted.name, '.', 1)))`

// unless returns SQL for a setting. The SQL returns NULL if the setting has one of the good values,
// and otherwise the value of the setting.
func unless(name string, good ...string) string {
	return fmt.Sprintf(`CASE WHEN current_setting('%[1]s') NOT IN ('%[2]s') THEN current_setting('%[1]s') END`, name, strings.Join(good, "', '"))
}

// when returns SQL for a setting. If the setting has the given bad value, the SQL returns this
// value, and otherwise NULL.
func when(name, bad string) string {
	return fmt.Sprintf(`CASE WHEN current_setting('%[1]s') = '%[2]s' THEN current_setting('%[1]s') END`, name, bad)
}

// ErrAccepted says that a database does not keep its data durably, and that the operator has
// accepted this.
var ErrAccepted = errors.New("UNSAFE_DATABASE=accept")

// IsAccepted reports whether an error is ErrAccepted.
func IsAccepted(err error) bool { return errors.Is(err, ErrAccepted) }

// Checker checks the settings of a database on which guarantees depend.
type Checker struct {
	pool   *pgxpool.Pool
	made   Objects
	accept bool
	unsafe *prometheus.GaugeVec
	logger *slog.Logger // nil before Start
	mu     sync.Mutex
	said   string // the accepted settings that were last logged
}

// New returns a Checker that checks the database and the login of a pool. The parameter made lists
// the objects that the migrations have made. The parameter accept is true for a database whose data
// may be lost, such as the database of a test.
func New(pool *pgxpool.Pool, made Objects, accept bool, registerer prometheus.Registerer) *Checker {
	return &Checker{pool: pool, made: made, accept: accept, unsafe: promauto.With(registerer).NewGaugeVec(prometheus.GaugeOpts{
		Name: "database_setting_unsafe", Help: "1 if a setting on which a guarantee rests was wrong when /readyz last looked.",
	}, []string{"setting"})}
}

// Start returns an error if a process must not start on the database. This is the case if Check
// returns an error that the operator has not accepted, or if advisory locks do not work. After
// Start, the Checker logs each wrong setting that the operator has accepted.
func (s *Checker) Start(ctx context.Context, needs pooler.Needs, logger *slog.Logger) error {
	s.logger = logger
	if err := s.Check(ctx); err != nil && !IsAccepted(err) {
		return err
	}
	return pooler.CheckLocks(ctx, &s.pool.Config().ConnConfig.Config, needs)
}

// Check returns an error that names the wrong settings, each with advice for the operator. If the
// operator has accepted all wrong settings, the error is ErrAccepted. If no setting is wrong, Check
// returns nil.
func (s *Checker) Check(ctx context.Context) error {
	expressions := make([]string, 0, len(settings))
	for _, one := range settings {
		expressions = append(expressions, one.wrong)
	}
	values := make([]*string, 0, len(settings))
	if err := s.pool.QueryRow(ctx, service+` SELECT ARRAY[`+strings.Join(expressions, ", ")+`]`, s.made.Tables, s.made.Always, s.made.Triggers, s.made.Constraints).Scan(&values); err != nil {
		return fmt.Errorf("look at the database's settings: %w", err)
	}
	return s.judge(values)
}

// judge returns the error that Check returns for the given values of the settings, or nil if no
// setting is wrong.
func (s *Checker) judge(values []*string) error {
	var refused, accepted []error
	for i, one := range settings {
		s.unsafe.WithLabelValues(one.name).Set(map[bool]float64{true: 1}[values[i] != nil])
		switch {
		case values[i] == nil:
		case !one.mayAccept:
			refused = append(refused, one.wrongAs(*values[i], one.mend))
		case !s.accept:
			refused = append(refused, one.wrongAs(*values[i], one.mend+"; or accept that by UNSAFE_DATABASE=accept"))
		default:
			accepted = append(accepted, one.wrongAs(*values[i], one.mend))
		}
	}
	switch {
	case len(refused) > 0:
		return errors.Join(refused...)
	case len(accepted) == 0:
		s.say("")
		return nil
	}
	err := errors.Join(accepted...)
	s.say(err.Error())
	return fmt.Errorf("%w: %w", ErrAccepted, err)
}

func (one setting) wrongAs(value, mend string) error {
	says := one.says
	if says == "" {
		says = one.name + " is %s"
	}
	return fmt.Errorf(says+": %s", value, mend)
}

// say logs the wrong settings that the operator has accepted. If these settings do not change, say
// does not log them again.
func (s *Checker) say(accepted string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if accepted != "" && accepted != s.said && s.logger != nil {
		s.logger.Info("the database is not durable, which is accepted", "by", ErrAccepted.Error(), "settings", accepted)
	}
	s.said = accepted
}
