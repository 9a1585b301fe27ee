package binaries

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNewestVersionComesFirst(t *testing.T) {
	t.Parallel()
	got := newestFirst([]string{"/usr/lib/postgresql/9.6/bin", "/usr/lib/postgresql/15/bin", "/opt/postgresql@18/bin", "/usr/libexec/postgresql"})
	want := []string{"/opt/postgresql@18/bin", "/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/9.6/bin", "/usr/libexec/postgresql"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInspectRefusesWhatIsNoServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		programs []string
		says     string
		wrong    string
	}{
		"new enough":    {programs: []string{"postgres", "initdb", "pg_ctl"}, says: "postgres (PostgreSQL) 18.1 (Debian 18.1-1)"},
		"too old":       {programs: []string{"postgres", "initdb", "pg_ctl"}, says: "postgres (PostgreSQL) 12.4", wrong: "too old"},
		"a client only": {programs: []string{"postgres"}, says: "postgres (PostgreSQL) 18.1", wrong: "initdb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, program := range c.programs {
				write(t, filepath.Join(dir, program), "#!/bin/sh\necho '"+c.says+"'\n")
			}
			found, err := inspect(dir, "here")
			switch {
			case c.wrong == "" && (err != nil || found.Version != "18.1"):
				t.Errorf("got %+v, %v; want version 18.1", found, err)
			case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
				t.Errorf("err = %v; want it to say %q", err, c.wrong)
			}
		})
	}
}

func TestServerSeesNothingOfTheDevelopersShell(t *testing.T) {
	t.Parallel()
	for _, entry := range (Binaries{Dir: "/usr/lib/postgresql/18/bin"}).Env() {
		if strings.HasPrefix(entry, "PG") {
			t.Errorf("the server gets %s", entry)
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
		t.Fatal(err)
	}
}
