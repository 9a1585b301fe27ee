package devdb

import (
	"os"
	"path/filepath"
	"slices"
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
	for _, entry := range serverEnv("/usr/lib/postgresql/18/bin") {
		if strings.HasPrefix(entry, "PG") {
			t.Errorf("the server gets %s", entry)
		}
	}
}

func TestWantedPackages(t *testing.T) {
	t.Parallel()
	const plan = `NOTE: This is only a simulation!
Inst libjson-perl (4.10000-1 Debian:12.11/stable [all])
Inst libllvm14 (1:14.0.6-12 Debian:12.11/stable [amd64])
Inst libxml2 (2.9.14+dfsg-1.3 Debian:12.11/stable [amd64])
Inst postgresql-common (248+deb12u1 Debian-Security:12/stable-security [all])
Inst postgresql-15 (15.18-0+deb12u1 Debian-Security:12/stable-security [amd64])
Inst postgresql (15+248+deb12u1 Debian-Security:12/stable-security [all])
Conf libxml2 (2.9.14+dfsg-1.3 Debian:12.11/stable [amd64])
`
	got, err := wanted(plan)
	if diff := cmp.Diff([]string{"postgresql-15", "libxml2"}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := wanted("0 upgraded, 0 newly installed"); err == nil {
		t.Error("a plan without a server must be an error")
	}
}

func TestKeptDataHasOneUserAtATime(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "kept")
	first, err := Keep(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Keep(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "in use by process") {
		t.Errorf("second user: err = %v; want it to name the first", err)
	}
	first.Close()
	second, err := Keep(t.Context(), dir)
	if err != nil {
		t.Fatalf("after the first is gone: %v", err)
	}
	second.Close()
}

func TestEachCloneKeepsItsOwnData(t *testing.T) {
	t.Parallel()
	dirs := make([]string, 0, 3)
	for _, clone := range []string{"/home/ada/pgcqrs", "/srv/pgcqrs", "/home/ada/pgcqrs"} {
		dir, err := KeptDir(clone)
		if err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, dir)
	}
	if dirs[0] == dirs[1] || dirs[0] != dirs[2] {
		t.Errorf("got %q; want the first and the third alike and the second not", dirs)
	}
	if slices.ContainsFunc(dirs, func(dir string) bool { return strings.HasPrefix(dir, "/root/") }) {
		t.Errorf("got %q; the server's account can't get under /root", dirs)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
		t.Fatal(err)
	}
}
