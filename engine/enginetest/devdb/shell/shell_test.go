package shell

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestForgetUnsetsWhatLeadsToOtherServers(t *testing.T) { //nolint:paralleltest // the test changes the environment
	for _, name := range Variables() { // variables of the shell that runs the tests
		t.Setenv(name, "")
	}
	for name, value := range map[string]string{
		"PGSERVICE": "nosuch", "PGCONNECT_TIMEOUT": "1", "PGHOST": "elsewhere", "PG_BINDIR": "/bin", "PGOPTIONS": "",
	} {
		t.Setenv(name, value)
	}
	if diff := cmp.Diff([]string{"PGCONNECT_TIMEOUT", "PGHOST", "PGSERVICE"}, Forget()); diff != "" {
		t.Error(diff)
	}
	if left := Variables(); len(left) > 0 || os.Getenv("PG_BINDIR") != "/bin" {
		t.Errorf("left: %v, PG_BINDIR=%s", left, os.Getenv("PG_BINDIR"))
	}
}
