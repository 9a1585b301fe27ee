//go:build all && unix

package restore_test

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
)

// A dump is restored into another server, which has other transaction ids. The restored log ends
// earlier than the lost log. The service continues from the new end of the log.
func TestDumpAndRestore(t *testing.T) {
	t.Parallel()
	broker := startBroker(t)
	before := startServer(t)
	d := begin(t, database(t, before), broker)
	dump := filepath.Join(t.TempDir(), "dump")
	d.backUp(func() {
		run(t, nil, tool(t, "pg_dump"), "--format=custom", "--file="+dump, "--dbname="+d.service.database)
	})
	d.disaster()
	before.Stop()

	restored := databaseURL(t, startServer(t).URL, "restored")
	run(t, nil, tool(t, "psql"), "--dbname="+databaseURL(t, restored, "postgres"), "--command=CREATE DATABASE restored",
		"--command="+roles)
	run(t, nil, tool(t, "pg_restore"), "--exit-on-error", "--dbname="+restored, dump)
	d.goOn(restored)
}

// A database is recovered from a base backup and the archived WAL, up to a named restore point. The
// service continues from the end of the restored log.
func TestRecoveryToAPointInTime(t *testing.T) {
	t.Parallel()
	broker := startBroker(t)
	dir, archive := directory(t), directory(t)
	before := keepServer(t, dir)
	giveTo(t, filepath.Join(dir, "data"), archive)
	admin := connect(t, before.URL)
	for _, setting := range []string{"archive_mode = 'on'", "archive_command = 'cp %p " + archive + "/%f'"} {
		if _, err := admin.Exec(t.Context(), "ALTER SYSTEM SET "+setting); err != nil {
			t.Fatal(err)
		}
	}
	admin.Close()
	before.Stop()
	before = keepServer(t, dir) // archive_mode takes effect only at a start

	d := begin(t, database(t, before), broker)
	base := directory(t)
	run(t, nil, tool(t, "pg_basebackup"), "--dbname="+before.URL, "--pgdata="+filepath.Join(base, "data"), "--checkpoint=fast", "--wal-method=none")
	d.load.goOn(200)
	pool := connect(t, d.service.database)
	d.backUp(func() { one[string](t, pool, `SELECT pg_create_restore_point('before the disaster')::text`) })
	d.load.goOn(200)
	segment := one[string](t, pool, `SELECT pg_walfile_name(pg_switch_wal())`)
	d.disaster()
	await.True(t, "the write-ahead log is archived", func() bool { return exists(filepath.Join(archive, segment)) })
	before.Stop()

	settings := "restore_command = 'cp " + archive + "/%f %p'\nrecovery_target_name = 'before the disaster'\nrecovery_target_action = 'promote'\narchive_mode = 'off'\n"
	file, err := os.OpenFile(filepath.Join(base, "data", "postgresql.auto.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString(settings)
	if err := errors.Join(err, file.Close(), os.WriteFile(filepath.Join(base, "data", "recovery.signal"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	password, err := os.ReadFile(filepath.Join(dir, "url"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(base, "url"), password, 0o600); err != nil {
		t.Fatal(err)
	}
	giveTo(t, filepath.Join(dir, "data"), base)
	restored := databaseURL(t, keepServer(t, base).URL, "service")
	after := connect(t, restored)
	await.True(t, "the server is recovered", func() bool { return !one[bool](t, after, `SELECT pg_is_in_recovery()`) })
	after.Close()
	d.goOn(restored)
}

func startServer(t *testing.T) *devdb.Server {
	t.Helper()
	server, err := devdb.Start(t.Context(), devdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// keepServer starts a server on the data of a directory. The data remain after the server has
// ended.
func keepServer(t *testing.T, dir string) *devdb.Server {
	t.Helper()
	kept, err := datadir.Keep(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	server, err := devdb.Start(t.Context(), devdb.Options{Keep: kept})
	kept.Close() // the running server locks the directory itself
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// directory returns a folder that the server's account can open, even if the test runs as root. The
// folder that the test framework creates is not suitable, because other accounts can't open it.
func directory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgcqrs-restore-") //nolint:usetesting // other accounts can't open the test's own folder
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// giveTo makes the owner of one folder the owner of another folder.
func giveTo(t *testing.T, owned, dir string) {
	t.Helper()
	info, err := os.Stat(owned)
	if err != nil {
		t.Fatal(err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		t.Fatal("no owner to be seen")
	}
	err = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, int(owner.Uid), int(owner.Gid)))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// database creates a database with the service's schema, and returns its URL.
func database(t *testing.T, server *devdb.Server) string {
	t.Helper()
	admin := connect(t, server.URL)
	if _, err := admin.Exec(t.Context(), `CREATE DATABASE service`); err != nil {
		t.Fatal(err)
	}
	admin.Close()
	url := databaseURL(t, server.URL, "service")
	run(t, []string{"DATABASE_URL=" + url}, own("migrate"))
	return url
}

// roles creates the roles of the programs in a database server, because a dump does not contain
// roles.
const roles = `CREATE ROLE "service.service"; CREATE ROLE "service.api"; CREATE ROLE "service.projector"; CREATE ROLE "service.worker"`

func databaseURL(t *testing.T, server, name string) string {
	t.Helper()
	u, err := url.Parse(strings.TrimSpace(server))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
