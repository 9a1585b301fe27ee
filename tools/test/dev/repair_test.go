//go:build unix

package dev_test

import (
	"net/http"
	"os"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	databaseAt = regexp.MustCompile(`database  +(postgres://\S+)`)
	without    = regexp.MustCompile(`(?m)^  go run \./cmd/dev (run .*)$`)
	repair     = regexp.MustCompile(`(?m)^  (\(set -a; .*go run \./cmd/migrate erase-again\))$`)
)

// After a backup of the keys was restored, the API fails when it starts, and requests a repair. The
// repair needs the database, but the database ends together with the API. So dev prints two
// commands: one starts dev without the API, and the other repairs the database. These commands work
// when they are pasted into a shell.
func TestARepairThatTheAPIAsksForCanBePasted(t *testing.T) {
	t.Parallel()
	data := dataDir(t)
	run := start(t, data)
	run.ready(t)
	status, header, body := run.do(t, http.MethodPost, "/v1/customers", `{"name":"Ada","email":"ada@example.com"}`)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	customer := "/v1/customers/" + path.Base(header.Get("Location"))
	db := connect(t, run.found(databaseAt)[0])
	execute := func(sql string) {
		t.Helper()
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	execute(`CREATE TABLE keys.backup AS TABLE keys.persons`)
	if status, _, body := run.do(t, http.MethodDelete, customer, ""); status/100 != 2 {
		t.Fatalf("%d %s", status, body)
	}
	execute(`DELETE FROM keys.erased`)
	execute(`INSERT INTO keys.persons TABLE keys.backup`)
	execute(`DROP TABLE keys.backup`)
	end(t, run)

	stuck := start(t, data)
	if code := stuck.exitCode(t); code != 1 {
		t.Fatalf("exit code = %d, want 1", code)
	}
	stuck.gone(t)
	lines, repairs := stuck.found(without), stuck.found(repair)
	if len(lines) != 1 || len(repairs) != 1 {
		t.Fatalf("it does not say what to do:\n%s", stuck.output())
	}
	up := launch(t, nil, strings.Fields(lines[0])...)
	up.ready(t)
	pasted := exec.CommandContext(t.Context(), "/bin/sh", "-c", repairs[0])
	pasted.Dir, pasted.Env = "../../..", cleanEnv()
	if said, err := pasted.CombinedOutput(); err != nil || !strings.Contains(string(said), "1 keys of people") {
		t.Errorf("%s: %v\n%s", repairs[0], err, said)
	}
	end(t, up)

	again := start(t, data)
	again.ready(t)
	end(t, again)
}

// end ends a run of dev as Ctrl-C does.
func end(t *testing.T, run *instance) {
	t.Helper()
	run.signal(t, os.Interrupt)
	if code := run.exitCode(t); code != 0 {
		t.Errorf("exit code after Ctrl-C = %d, want 0", code)
	}
}
