//go:build unix

package dev_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
)

var otherServers = []string{
	"PGSERVICE=nosuch", "PGSSLROOTCERT=/missing", "PGTARGETSESSIONATTRS=standby", "PGHOST=192.0.2.1", "PGDATABASE=other",
	"PGOPTIONS=-c default_transaction_read_only=on",
}

func TestTheShellsServersAreNotOurs(t *testing.T) {
	t.Parallel()
	run := launch(t, otherServers, "run", "-data", dataDir(t))
	run.ready(t)
	run.openAccount(t, "Ada")
	run.signal(t, os.Interrupt)
	run.exitCode(t)
	run.gone(t)
}

func TestWhatWaitingDoesNotMendIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ url, instead, says string }{
		"a wrong password":      {`//postgres:[^@]+@`, "//postgres:wrong@", "password authentication failed"},
		"a wrong configuration": {`sslmode=disable`, "sslmode=nosuch", "sslmode is invalid"}, // the error is known before the server starts
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kept, err := datadir.Keep(t.Context(), dataDir(t))
			if err != nil {
				t.Fatal(err)
			}
			defer kept.Close()
			server, err := devdb.Start(t.Context(), devdb.Options{Keep: kept, Install: true})
			if err != nil {
				t.Fatal(err)
			}
			server.Stop()
			wrong := regexp.MustCompile(c.url).ReplaceAllString(server.URL, c.instead)
			if err := os.WriteFile(filepath.Join(kept.Dir, "url"), []byte(wrong), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err = devdb.Start(t.Context(), devdb.Options{Keep: kept})
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "deadline") {
				t.Errorf("got %v; want %s, at once", err, c.says)
			}
		})
	}
}
