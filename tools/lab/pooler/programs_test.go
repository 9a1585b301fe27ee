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

// refusal starts a program that must refuse to start, and returns its output.
func refusal(t *testing.T, name string, environment ...string) string {
	t.Helper()
	return programs.Refused(t, name, append([]string{"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0"}, environment...)...)
}

// The programs set timeouts for their sessions. If a pooler drops one of these timeouts, each
// program that sets the timeout refuses to start, and its error names the timeout.
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
				continue // cmd/migrate sets no such timeout, because a migration may take long
			}
			name, _, _ := strings.Cut(program, " ")
			if said := refusal(t, name, environment...); !strings.Contains(said, "ALTER ROLE … SET "+missing+" = ") {
				t.Errorf("%s without %s says: %s", program, missing, said)
			}
		}
	}
}

// Each program requests durable commits for its sessions. If a pooler drops this setting, and the
// database's default is not durable, the program refuses to start.
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

// Every program checks that the pooler supports all features of database sessions that the program
// needs.
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
		return // the API works through a pooler with these settings; the function works tests that
	}
	for _, environment := range [][]string{{"DATABASE_URL=" + through}, {"DATABASE_URL=" + url, "READ_DATABASE_URL=" + through}} {
		if said := refusal(t, "api", environment...); !strings.Contains(said, "max_prepared_statements") {
			t.Errorf("the API says: %s", said)
		}
	}
}
