package standby

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestWarningOfACommitThatDidNotWait(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		notice pgconn.Notice
		want   bool
	}{
		"cancelled": {pgconn.Notice{
			Code: "01000", File: "syncrep.c", Routine: "SyncRepWaitForLSN",
			Message: "canceling wait for synchronous replication due to user request",
		}, true},
		"session ended": {pgconn.Notice{
			Code: "57P01", File: "syncrep.c", Routine: "SyncRepWaitForLSN",
			Message: "canceling the wait for synchronous replication and terminating connection due to administrator command",
		}, true},
		"translated": {pgconn.Notice{
			Code: "01000", File: "syncrep.c", Routine: "SyncRepWaitForLSN",
			Message: "storniere Warten auf synchrone Replikation wegen Benutzeraufforderung",
		}, true},
		"without its origin": {pgconn.Notice{
			Code: "01000", Message: "canceling wait for synchronous replication due to user request",
		}, true},
		"raised by a trigger": {pgconn.Notice{
			Code: "01000", File: "pl_exec.c", Routine: "exec_stmt_raise", Message: "the level is low",
		}, false},
	} {
		if got := isNotReplicated(&tc.notice); got != tc.want {
			t.Errorf("%s: got %t, want %t", name, got, tc.want)
		}
	}
}
