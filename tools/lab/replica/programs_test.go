//go:build all && unix

package replica_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/programs"
)

func TestMain(m *testing.M) { programs.Main(m, "../../..", "./cmd/api", "./cmd/projector") }

// launch starts a program, and ends it after the test. launch ignores how the program ends, because
// the program's database may be gone.
func launch(t *testing.T, name string, environment ...string) *programs.Program {
	t.Helper()
	p := programs.Begin(t, name, append([]string{"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "ACCESS_LOG=false"}, environment...)...)
	t.Cleanup(func() { p.End(syscall.SIGTERM) })
	return p
}

// freeze stops every process of a server. The function wake continues the stopped processes.
func freeze(t *testing.T, server *devdb.Server) (wake func()) {
	t.Helper()
	pids := []int{server.PID()}
	signal(t, pids, syscall.SIGSTOP) // the postmaster comes first, so that it starts no new processes
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", server.PID()))
	if err != nil {
		t.Fatal(err)
	}
	for field := range strings.FieldsSeq(string(children)) {
		pid, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	signal(t, pids[1:], syscall.SIGSTOP)
	wake = func() { signal(t, pids, syscall.SIGCONT) }
	t.Cleanup(wake)
	return wake
}

func signal(t *testing.T, pids []int, what syscall.Signal) {
	t.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, what); err != nil && err != syscall.ESRCH {
			t.Fatal(err)
		}
	}
}
