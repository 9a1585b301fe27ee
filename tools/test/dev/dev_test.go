//go:build unix

// Package dev_test tests that cmd/dev does what its documentation promises. One command starts all
// parts of the service. When the command ends, it ends all parts, but keeps the data.
package dev_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestTwoRunAtTheSameTimeAndEndCleanly(t *testing.T) {
	t.Parallel()
	one, other := start(t, dataDir(t)), start(t, dataDir(t))
	one.ready(t)
	other.ready(t)

	one.openAccount(t, "Ada")
	if body := other.get(t, "/v1/accounts"); strings.Contains(body, "Ada") {
		t.Error("the other instance has the account, too")
	}
	if body := one.get(t, "/docs"); !strings.Contains(body, "<html") {
		t.Errorf("/docs answers %.80q", body)
	}
	for _, instance := range []*instance{one, other} {
		instance.signal(t, os.Interrupt)
		if code := instance.exitCode(t); code != 0 {
			t.Errorf("exit code after Ctrl-C = %d, want 0", code)
		}
		instance.gone(t)
	}
}

func TestKillLeavesNoServerAndNoDataIsLost(t *testing.T) {
	t.Parallel()
	data := dataDir(t)
	first := start(t, data)
	first.ready(t)
	id := first.openAccount(t, "Grace")
	first.signal(t, syscall.SIGKILL)
	first.exitCode(t)

	second := start(t, data) // the second run starts immediately, and waits until the killed processes have ended
	second.ready(t)
	first.goneBut(t, second)
	second.position = first.position
	if body := second.get(t, "/v1/accounts/"+id); !strings.Contains(body, "Grace") {
		t.Errorf("after a restart the account reads %q", body)
	}
	second.signal(t, syscall.SIGTERM)
	if code := second.exitCode(t); code != 0 {
		t.Errorf("exit code after SIGTERM = %d, want 0", code)
	}
	second.gone(t)
}

func TestAChildThatDiesEndsTheRest(t *testing.T) {
	t.Parallel()
	data := dataDir(t)
	run := start(t, data)
	run.ready(t)
	if err := syscall.Kill(pidOf(t, data+"/bin/projector"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if code := run.exitCode(t); code != 1 {
		t.Errorf("exit code = %d, want 1", code)
	}
	if said := run.output(); !strings.Contains(said, "projector died") {
		t.Errorf("it did not say who died:\n%s", said)
	}
	run.gone(t)
}

func TestAnExplicitChoiceThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args string
		env  string
		code int
		says string
	}{
		"no such choice":       {"test -db oracle", "", 2, "local, docker or auto"},
		"no Docker engine":     {"test -db docker", "DOCKER_HOST=unix:///nonexistent.sock", 1, "Docker"},
		"no docker for run":    {"run -db docker -data DATA", "DOCKER_HOST=unix:///nonexistent.sock", 1, "Docker"},
		"no binaries there":    {"test -db local", "PG_BINDIR=/nonexistent", 1, "PG_BINDIR"},
		"two choices":          {"test -db local", "TEST_DATABASE_URL=postgres://127.0.0.1:1/x", 1, "drop one"},
		"an unknown command":   {"fly", "", 2, "no command fly"},
		"an unknown argument":  {"run now", "", 2, "no argument now"},
		"a server not there":   {"run -data DATA", "DATABASE_URL=postgres://u:p@127.0.0.1:1/x", 1, "DATABASE_URL"},
		"no address":           {"run -data DATA", "API_ADDR=foo", 1, "form host:port"},
		"help is not an error": {"run -h", "", 0, "address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := strings.Fields(strings.ReplaceAll(c.args, "DATA", dataDir(t)))
			run := launch(t, []string{c.env}, args...)
			if code := run.exitCode(t); code != c.code {
				t.Errorf("exit code = %d, want %d", code, c.code)
			}
			if said := run.output(); !strings.Contains(said, c.says) {
				t.Errorf("it says %q; want %q in it", said, c.says)
			}
		})
	}
}

func TestTestsGetADatabaseAndTheirExitCodePasses(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]int{
		"test -count=1 -run TestEmpty ../../../engine/enginetest/testdb": 0,
		"test -run=x ./no-such-package":                                  1,
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			run := launch(t, nil, strings.Fields(args)...)
			if code := run.exitCode(t); code != want {
				t.Errorf("exit code = %d, want %d:\n%s", code, want, run.output())
			}
			run.gone(t)
		})
	}
}

func TestKilledTestsLeaveNoServer(t *testing.T) {
	t.Parallel()
	const waits = `sh -c 'echo TEST_AT $TEST_DATABASE_URL; exec sleep 600'`
	run := launch(t, nil, "test", "-exec", waits, "-v", "../../../engine/enginetest/testdb")
	run.says(t, "TEST_AT ")
	run.signal(t, syscall.SIGKILL)
	run.exitCode(t)
	run.gone(t)
}
