//go:build all && unix

package pooler_test

import (
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/test/testdb"
)

func TestMain(m *testing.M) {
	programs.Main(m, "../../..", "./cmd/api", "./cmd/projector", "./cmd/migrate")
}

// refusal returns the output of a program that must not start.
func refusal(t *testing.T, name string, environment ...string) string {
	t.Helper()
	return programs.Refused(t, name, append([]string{"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0"}, environment...)...)
}

// Every program lets the server bound its sessions: behind a pooler that drops one timeout, the
// program reports that one.
func TestProgramsBoundTheirSessions(t *testing.T) {
	t.Parallel()
	all := []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"}
	for _, missing := range all {
		url := testdb.New(t)
		for _, name := range all {
			if name != missing {
				set(t, url, name+` = '10s'`)
			}
		}
		through := pgbouncer(t, url, "session", ignoring)
		for program, environment := range map[string][]string{
			"api":       {"DATABASE_URL=" + through},
			"api reads": {"DATABASE_URL=" + url, "READ_DATABASE_URL=" + through},
			"projector": {"DATABASE_URL=" + through},
			"migrate":   {"DATABASE_URL=" + through},
		} {
			if program == "migrate" && missing == "statement_timeout" {
				continue // a migration may take long
			}
			name, _, _ := strings.Cut(program, " ")
			if said := refusal(t, name, environment...); !strings.Contains(said, "ALTER ROLE … SET "+missing+" = ") {
				t.Errorf("%s without %s says: %s", program, missing, said)
			}
		}
	}
}

// Commits that a pooler leaves as the database sets them, not durable, are refused.
func TestProgramsCommitDurably(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	set(t, url, `statement_timeout = '15s'`, `lock_timeout = '12s'`, `idle_in_transaction_session_timeout = '10s'`, `synchronous_commit = off`)
	through := pgbouncer(t, url, "session", ignoring)
	for _, name := range []string{"api", "projector"} {
		if said := refusal(t, name, "DATABASE_URL="+through); !strings.Contains(said, "ALTER ROLE … SET synchronous_commit = ") {
			t.Errorf("%s says: %s", name, said)
		}
	}
}

// Every program checks the pooler for all that it needs.
func TestProgramsRefuseTransactionMode(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	through := pgbouncer(t, url, "transaction", ignoring)
	for _, program := range []string{"projector", "migrate"} {
		if said := refusal(t, program, "DATABASE_URL="+through); !strings.Contains(said, "session locks") {
			t.Errorf("%s says: %s", program, said)
		}
	}
	listening := refusal(t, "projector", "DATABASE_URL="+url, "LISTEN_DATABASE_URL="+through)
	if !strings.Contains(listening, "LISTEN_DATABASE_URL") || !strings.Contains(listening, "session mode") {
		t.Errorf("the projector says: %s", listening)
	}
	if keepsPrepared(t) {
		return // then the API works through a pooler with these settings: see works
	}
	for _, environment := range [][]string{{"DATABASE_URL=" + through}, {"DATABASE_URL=" + url, "READ_DATABASE_URL=" + through}} {
		if said := refusal(t, "api", environment...); !strings.Contains(said, "max_prepared_statements") {
			t.Errorf("the API says: %s", said)
		}
	}
}
