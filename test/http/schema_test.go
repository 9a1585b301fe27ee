package http_test

import (
	"context"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/httpapi/contracttest"
	"example.com/pgcqrs/test/testdb"
)

// programAs runs a program to its end and returns what it said.
func programAs(t *testing.T, environment []string, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), filepath.Join(programs, name), args...)
	command.Env = environment
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, output)
	}
	return string(output)
}

// The whole service in a schema of its own, where public is closed: it is migrated, works,
// rebuilds a read model, and nobody else may connect.
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
	api, projector := login("api"), login("projector")
	for range 2 {
		said := programAs(t, []string{"DATABASE_URL=" + owner, "API_DATABASE_URL=" + api, "PROJECTOR_DATABASE_URL=" + projector}, "migrate")
		if !strings.Contains(said, "nobody else may connect") || strings.Contains(said, "left as it is") {
			t.Errorf("migrate says %s", said)
		}
	}
	s := &stack{t: t, url: owner, projector: launch(t, "projector", "DATABASE_URL="+projector), api: launch(t, "api", "DATABASE_URL="+api)}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	s.client = contracttest.Client(t, transport)
	path, position := s.open("Ada", "EUR")
	s.want(s.get(path, position), 200, "")
	programAs(t, []string{"DATABASE_URL=" + owner}, "projector", "rebuild", "balances")
	path, position = s.open("Bob", "EUR")
	s.want(s.get(path, position), 200, "")
}
