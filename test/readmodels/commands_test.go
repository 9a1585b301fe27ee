package readmodels_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/projection/park"
	"example.com/pgcqrs/engine/projection/status"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/test/testdb"
)

// operate runs a command of the program cmd/ops, as an operator does.
func operate(t *testing.T, program, url, answer string, args ...string) (string, int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, args...)
	command.Env = []string{"DATABASE_URL=" + url}
	command.Stdin = strings.NewReader(answer)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	err := command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return said.String(), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return said.String(), 0
}

// The test runs the commands of the program cmd/ops one after another, as an operator would. At the
// beginning, the read model can't apply the events of one stream. Later commands give this stream
// up, and rebuild the tables of the read model.
func TestCommands(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "ops")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../../cmd/ops").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	h := accounts(t, pool)
	var position int64
	for range 10 {
		position = rig.Handle(t, h, uuid.New(), open("Ada"), deposit(1), deposit(1))
	}
	projector := sample(t, pool)
	rig.WaitFor(t, pool, balances.Name, position)
	rig.WaitFor(t, pool, statements.Name, position)
	bad := rig.One[uuid.UUID](t, pool, `DELETE FROM balances WHERE account_id = (SELECT min(account_id::text)::uuid FROM balances) RETURNING account_id`)
	rig.Handle(t, h, bad, deposit(5))
	rig.WaitFor(t, pool, balances.Name, position+1)

	for _, step := range []struct {
		args   string
		answer string
		code   int
		says   string
	}{
		{"projections parked", "", 0, bad.String()},
		{"projections retry", "", 1, "0 of 1 streams go on"},
		{"projections discard balances " + bad.String(), "", 2, "say why"},
		{"projections discard -note lost balances " + bad.String(), "", 1, "nothing was discarded"},
		{"projections discard -note lost balances " + bad.String(), "y\n", 0, "discarded; ops projections retry balances " + bad.String() + " takes it back"},
		{"projections retry -json", "", 0, "[]"},
		{"projections retry nonsense", "", 1, `no projection "nonsense"`},
		{"projections retry balances 1", "", 2, "no UUID"},
		{"projections retry balances " + uuid.Nil.String(), "", 1, "balances has no parked stream"},
		{"messages redrive " + uuid.Nil.String(), "", 1, uuid.Nil.String()},
		{"projections parked -all", "", 0, "lost"},
		{"projections rebuild -undo balances", "", 1, "no tables of before a rebuild are kept"},
		{"projections rebuild balances", "", 0, "100.0 %"},
		{"projections rebuild balances", "", 1, "drop them first"},
		{"projections rebuild -undo balances", "", 0, "serve again"},
		{"projections rebuild -undo balances", "", 0, "serve again"},
		{"projections rebuild -drop -json balances", "", 0, `"did": "dropped"`},
		{"projections reconcile", "", 0, "no difference"},
		{"projections reconcile balances", "", 2, "usage: ops projections reconcile"},
		{"projections reconcile -accept -note known balances", "", 1, "no difference to accept"},
		{"projections list", "", 0, "POSITION"},
		{"projections list now", "", 2, "usage: ops projections list [-json]"},
		{"stats", "", 0, "UNLINKED"},
		{"status", "", 2, `there is no command "status"`},
		{"projections lst", "", 2, `there is no command "projections lst"`},
	} {
		said, code := operate(t, program, url, step.answer, strings.Fields(step.args)...)
		if code != step.code || !strings.Contains(said, step.says) {
			t.Errorf("ops %s: exit code %d, want %d and %q in\n%s", step.args, code, step.code, step.says, said)
		}
	}
	if parked, err := park.List(t.Context(), projector.Set()); err != nil || len(parked) != 0 {
		t.Errorf("parked %+v, %v: the rebuilt tables have every account", parked, err)
	}
	rig.Do(t, pool, `UPDATE applied_ranges SET events = events - 1, reconciled_at = NULL WHERE projection = 'balances' AND first_position = 1`)
	for _, step := range []struct {
		args string
		code int
		says string
	}{
		{"projections reconcile", 1, "DIFFERS: 1 events of the log were not applied"},
		{"projections reconcile -json", 1, `"missing": 1`},
		{"projections list", 0, "reconciling found 1 ranges wrong"},
		{"projections reconcile -accept balances", 2, "say why"},
		{"projections reconcile -accept -note known balances", 0, "1 ranges accepted"},
		{"projections reconcile", 0, "no difference"},
	} {
		said, code := operate(t, program, url, "", strings.Fields(step.args)...)
		if code != step.code || !strings.Contains(said, step.says) {
			t.Errorf("ops %s: exit code %d, want %d and %q in\n%s", step.args, code, step.code, step.says, said)
		}
	}
	said, _ := operate(t, program, url, "", "projections", "list", "-json")
	var statuses []status.Status
	err := json.Unmarshal([]byte(said), &statuses)
	at := slices.IndexFunc(statuses, func(s status.Status) bool { return s.Projection == balances.Name })
	if err != nil || at < 0 || statuses[at].Position != position+1 || statuses[at].Holder == nil {
		t.Errorf("%v in %s", err, said)
	}
}
