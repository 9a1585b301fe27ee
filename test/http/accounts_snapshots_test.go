package http_test

import (
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/role"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/caller"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/test/testdb"
)

// The projector stores snapshots of accounts with many events, and authenticates them with a secret
// that it shares with the API. The API ignores a snapshot that was changed without the secret. A
// program that has no secret uses no snapshots, and logs this.
func TestCommandOnALongAccount(t *testing.T) {
	t.Parallel()
	const count = 1200
	url, id := testdb.New(t), uuid.New()
	owner := rig.Connect(t, url)
	rig.CopyStream(t, owner, "account", id, events.AccountOpened{Owner: "Ada", Currency: "EUR"}, events.MoneyDeposited{Amount: 1}, count, time.Now())
	s := &stack{t: t, url: url, client: newClient(t), database: "DATABASE_URL=" + testdb.As(t, url, role.API)}
	environment := projects(t, url)
	s.projector = launch(t, "projector", environment...)
	await.True(t, "it logs that", func() bool { return strings.Contains(s.projector.Said(), "SNAPSHOT_KEY is not set") })
	if strings.Contains(s.projector.Metrics(), "snapshots_last_round") { // the metric of the alert SnapshotsSilent
		t.Error("a projector without SNAPSHOT_KEY takes snapshots")
	}
	s.projector.Stop()
	s.projector = launch(t, "projector", append(environment, snapshotKey)...)
	await.True(t, "a snapshot is kept", func() bool {
		return rig.One[bool](t, owner, `SELECT EXISTS (SELECT FROM snapshots WHERE stream_id = $1 AND version = 1000 AND mac IS NOT NULL)`, id)
	})
	withdraw := func(amount string) caller.Reply {
		return s.post("/v1/accounts/"+id.String()+"/withdrawals", `{"amount":`+amount+`}`)
	}
	refused := func(of *programs.Program, times string) {
		t.Helper()
		if !strings.Contains(of.Metrics(), "\nsnapshots_refused_total "+times+"\n") {
			t.Errorf("it did not refuse %s snapshots", times)
		}
	}

	s.api = launch(t, "api", s.database, snapshotKey)
	s.want(withdraw("1200"), 422, "insufficient_funds")
	s.want(withdraw("1"), 200, "")
	refused(s.api, "0")

	rig.Do(t, owner, `UPDATE snapshots SET state = jsonb_set(state::jsonb, '{Balance}', '1000000')::text`)
	s.api = launch(t, "api", s.database, snapshotKey)
	s.want(withdraw("1200"), 422, "insufficient_funds")
	s.want(withdraw("1"), 200, "")
	refused(s.api, "1")

	s.api = launch(t, "api", s.database)
	s.want(withdraw("1200"), 422, "insufficient_funds")
	if !strings.Contains(s.api.Said(), "SNAPSHOT_KEY is not set") {
		t.Errorf("an API without SNAPSHOT_KEY says:\n%s", s.api.Said())
	}
}
