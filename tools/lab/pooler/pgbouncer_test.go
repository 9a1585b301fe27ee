//go:build all && unix

package pooler_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/await"
)

// ignored lists session parameters that the service's sessions set. PgBouncer must be configured to
// ignore them, because it would otherwise refuse the sessions.
const ignored = "jit,synchronous_commit,default_transaction_isolation,statement_timeout,lock_timeout,idle_in_transaction_session_timeout,search_path"

// pgbouncer starts a real PgBouncer in front of a database, and returns the database's URL through
// PgBouncer. If PgBouncer is not installed, the test fails.
func pgbouncer(t *testing.T, database, mode, settings string) string {
	t.Helper()
	program := find(t)
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 { // another program may use the port before PgBouncer does
		port := freePort(t)
		if start(t, program, configure(t, u, mode, settings, port), port) {
			through := *u
			through.Host = net.JoinHostPort("127.0.0.1", port)
			return through.String()
		}
	}
	t.Fatal("PgBouncer did not start")
	return ""
}

func find(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no pgbouncer on this machine: install it (Debian: apt-get install pgbouncer)")
	return ""
}

func configure(t *testing.T, u *url.URL, mode, settings, port string) string {
	t.Helper()
	dir := t.TempDir()
	for _, closed := range []string{dir, filepath.Dir(dir)} { // the test's folders, which other accounts can't open
		if err := os.Chmod(closed, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	password, _ := u.User.Password()
	users := filepath.Join(dir, "users")
	write(t, users, fmt.Sprintf("%q %q\n", u.User.Username(), password))
	file := filepath.Join(dir, "pgbouncer.ini")
	write(t, file, fmt.Sprintf(`[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %s
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %s
pool_mode = %s
%s
`, u.Hostname(), u.Port(), port, users, mode, settings))
	return file
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if uid, drop := account(t); drop {
		if err := os.Chown(path, int(uid), -1); err != nil {
			t.Fatal(err)
		}
	}
}

// account returns the operating system account under which PgBouncer runs, because PgBouncer
// refuses to run as root.
func account(t *testing.T) (uid uint32, drop bool) {
	t.Helper()
	if os.Geteuid() != 0 {
		return 0, false
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	id, err := strconv.ParseUint(nobody.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(id), true
}

func start(t *testing.T, program, config, port string) bool {
	t.Helper()
	command := exec.CommandContext(context.WithoutCancel(t.Context()), program, config)
	command.SysProcAttr = ownSession()
	if uid, drop := account(t); drop {
		command.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: uid}
	}
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait() // the output says how PgBouncer ended
		close(ended)
	}()
	t.Cleanup(func() { _ = command.Process.Kill(); <-ended })
	for deadline := time.After(await.Within); ; {
		connection, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			return connection.Close() == nil
		}
		select {
		case <-ended:
			t.Logf("PgBouncer ended: %s", said.String())
			return false
		case <-deadline:
			return false
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// keepsPrepared reports whether the installed PgBouncer supports prepared statements in transaction
// mode. PgBouncer supports them from version 1.21 on.
func keepsPrepared(t *testing.T) bool {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), find(t), "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major, minor int
	found := regexp.MustCompile(`(\d+)\.(\d+)`).Find(output)
	if _, err := fmt.Sscanf(string(found), "%d.%d", &major, &minor); err != nil {
		t.Fatalf("PgBouncer says %q", output)
	}
	return major > 1 || minor >= 21
}
