package running

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// api returns the address of a server that answers like an API.
func api(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// alone removes what could lead to another service: variables, and the docker command.
func alone(t *testing.T) {
	t.Helper()
	for _, name := range []string{"DATABASE_URL", "NATS_URL"} {
		t.Setenv(name, "")
	}
	t.Setenv("PATH", t.TempDir())
}

func TestWhatARunHasWrittenDownIsFound(t *testing.T) { //nolint:paralleltest // the test changes environment variables
	alone(t)
	dir := t.TempDir()
	wrote := Stack{API: api(t), Issuer: "http://127.0.0.1:8083", Database: "postgres://u:it's@127.0.0.1:5432/x?a=b&c=d", Broker: "nats://token@127.0.0.1:4222"}
	remove, err := wrote.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "stack.env")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v; want mode 0600", info, err)
	}
	wrote.Ops = "(set -a; . " + filepath.Join(dir, "stack.env") + "; go run ./cmd/ops {})"
	for _, asked := range []Asked{{Data: dir}, {Data: dir, API: wrote.API}, {Data: dir, API: strings.TrimPrefix(wrote.API, "http://") + "/"}} {
		found, err := Find(t.Context(), asked)
		if diff := cmp.Diff(wrote, found); err != nil || diff != "" {
			t.Errorf("%+v: %v\n%s", asked, err, diff)
		}
	}
	other := api(t)
	if found, err := Find(t.Context(), Asked{Data: dir, API: other}); err != nil || found.API != other || found.Database != "" {
		t.Errorf("another API gets the database of the run: %+v, %v", found, err)
	}
	remove()
	if _, err := Find(t.Context(), Asked{Data: dir}); err == nil || !strings.Contains(err.Error(), "cmd/dev run -data "+dir) {
		t.Errorf("after the run: got %v", err)
	}
}

func TestVariablesNameAnotherDatabase(t *testing.T) {
	alone(t)
	t.Setenv("DATABASE_URL", "postgres://u:p@localhost:5432/x")
	t.Setenv("NATS_URL", "nats://127.0.0.1:4222,nats://[::1]:4223")
	found, err := Find(t.Context(), Asked{API: api(t)})
	if err != nil || found.Database == "" || found.Broker == "" || found.Ops != "go run ./cmd/ops {}" {
		t.Errorf("got %+v, %v", found, err)
	}
}

// A service on another machine is refused before any request is sent to it.
func TestAnotherMachineIsRefused(t *testing.T) {
	here := api(t)
	for name, c := range map[string]struct {
		asked            Asked
		database, broker string
	}{
		"the API":         {Asked{API: "https://api.example.com"}, "", ""},
		"without scheme":  {Asked{API: "192.0.2.1:8080"}, "", ""},
		"a name":          {Asked{API: "http://127.0.0.1.example.com"}, "", ""},
		"all addresses":   {Asked{API: "http://0.0.0.0:8080"}, "", ""},
		"the issuer":      {Asked{API: here, Issuer: "http://issuer.example.com"}, "", ""},
		"the database":    {Asked{API: here}, "postgres://u:secret@db.example.com/x", ""},
		"a second one":    {Asked{API: here}, "postgres://u:secret@127.0.0.1:5432,db.example.com:5432/x", ""},
		"in the query":    {Asked{API: here}, "postgres://u:secret@/x?host=192.0.2.1", ""},
		"the broker":      {Asked{API: here}, "", "nats://secret@nats.example.com:4222"},
		"a second broker": {Asked{API: here}, "", "nats://127.0.0.1:4222,nats://secret@nats.example.com:4222"},
	} {
		t.Run(name, func(t *testing.T) {
			alone(t)
			t.Setenv("DATABASE_URL", c.database)
			t.Setenv("NATS_URL", c.broker)
			_, err := Find(t.Context(), c.asked)
			if err == nil || !strings.Contains(err.Error(), "not this machine") || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAnAddressWithoutAServiceSaysHowToStartOne(t *testing.T) { //nolint:paralleltest // the test changes environment variables
	alone(t)
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	for address, want := range map[string]string{"127.0.0.1:1": "nothing answers at http://127.0.0.1:1: start the service with `go run ./cmd/dev run`", other.URL: "this is not the API"} {
		if _, err := Find(t.Context(), Asked{API: address}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", address, err, want)
		}
	}
}

// compose answers like docker compose: a script stands for the docker command.
func TestContainersAreFound(t *testing.T) {
	alone(t)
	at := api(t)
	dir := t.TempDir()
	script := `#!/bin/sh
case "$*" in
"compose port proxy 8080") echo ` + strings.TrimPrefix(at, "http://") + ` ;;
"compose port issuer 8083") echo 127.0.0.1:8083 ;;
"compose port postgres 5432") echo 127.0.0.1:49153 ;;
"compose port nats 4222") echo 127.0.0.1:49154 ;;
"compose config --format json") echo '{"services":{"postgres":{"environment":{"POSTGRES_USER":"u","POSTGRES_PASSWORD":"p","POSTGRES_DB":"x"}},"nats":{"environment":{"NATS_USER":"n","NATS_PASSWORD":"q"}},"proxy":{"environment":null}}}' ;;
*) exit 1 ;;
esac
`
	if err := os.WriteFile(filepath.Join(dir, "docker"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	found, err := Find(t.Context(), Asked{API: at})
	want := Stack{
		API: at, Issuer: "http://127.0.0.1:8083", Database: "postgres://u:p@127.0.0.1:49153/x", Broker: "nats://n:q@127.0.0.1:49154",
		Ops: "docker compose run --rm projector /ops {}",
	}
	if diff := cmp.Diff(want, found); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}
