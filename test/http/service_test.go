package http_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/test/testdb"
)

func TestALostDatabaseIsUnavailable(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.want(s.get("/v1/trail", ""), 200, "")
	refuse(t, s.url)
	s.want(s.get("/v1/trail", ""), 503, "unavailable")
	s.want(s.get("/readyz", ""), 503, "not_ready")
	s.want(s.get("/healthz", ""), 200, "")
	if log := s.api.Said(); strings.Contains(log, "postgres://") {
		t.Errorf("the log shows the address of the database: %s", log)
	}
}

// refuse makes a database refuse all new connections until the test ends.
func refuse(t *testing.T, database string) {
	t.Helper()
	name := named(t, database)
	maintenance, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	maintenance.Path = "/postgres"
	conn, err := pgx.Connect(t.Context(), maintenance.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = conn.Exec(context.Background(), "ALTER DATABASE "+name+" ALLOW_CONNECTIONS true") // the database may not exist any more
		_ = conn.Close(context.Background())
	})
	for _, sql := range []string{
		"ALTER DATABASE " + name + " ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + name + "'",
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

func named(t *testing.T, database string) string {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	return config.Database
}

func count(t testing.TB, database, sql string, args ...any) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var n int
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheAPISaysWhyItCannotStart(t *testing.T) {
	t.Parallel()
	good, empty := testdb.New(t), testdb.Empty(t)
	first := launch(t, "api", "DATABASE_URL="+good)
	for name, test := range map[string]struct {
		environment []string
		want        string
	}{
		"without a database":      {nil, "DATABASE_URL is not set"},
		"no server there":         {[]string{"DATABASE_URL=postgres://u:hunter2@127.0.0.1:1/x"}, "DATABASE_URL: reach database"},
		"no address at all":       {[]string{"DATABASE_URL=hunter2"}, "it must look like postgres://"},
		"without migrations":      {[]string{"DATABASE_URL=" + empty}, "cmd/migrate"},
		"an address in use":       {[]string{"DATABASE_URL=" + good, "API_ADDR=" + first.Address}, "API_ADDR"},
		"a duration that is none": {[]string{"DATABASE_URL=" + good, "QUERY_TIMEOUT=hunter2"}, "QUERY_TIMEOUT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output := programs.Refused(t, "api", append([]string{"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0"}, test.environment...)...)
			if !strings.Contains(output, test.want) || strings.Contains(output, "hunter2") {
				t.Errorf("it says %s", output)
			}
		})
	}
}
