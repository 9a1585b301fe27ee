package http_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/test/testdb"
)

// The API starts on a database that accepts no writes. The API reports that it is not ready, and
// logs the cause. It answers each command within the time limit, with an error that says that
// nothing was done. The test first starts the API once with writes allowed, because the first start
// on a new database stores a key.
func TestDatabaseThatTakesNoWrites(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	login := testdb.ServiceURL(t, url)
	config, err := pgx.ParseConfig(login)
	if err != nil {
		t.Fatal(err)
	}
	where := "DATABASE_URL=" + login
	launch(t, "api", where).Stop()
	execute(t, url, `ALTER ROLE `+config.User+` SET default_transaction_read_only = on`)
	s := &stack{t: t, url: url, client: newClient(t), api: begin(t, "api", where), projector: begin(t, "projector", where)}
	for _, p := range []*programs.Program{s.api, s.projector} {
		if p.Ready() != http.StatusServiceUnavailable {
			t.Error("it is ready")
		}
		await.True(t, "it logs that", func() bool { return strings.Contains(p.Said(), "takes no writes") })
	}
	if !strings.Contains(s.api.Metrics(), "\n"+`readiness_check_up{check="appends"} 0`) {
		t.Error("readiness_check_up says nothing")
	}
	started := time.Now()
	s.want(s.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`), 503, "unavailable")
	if took := time.Since(started); took > 8*time.Second {
		t.Errorf("it took %s of COMMAND_TIMEOUT's 10 s", took)
	}
	await.True(t, "it logs that", func() bool { return strings.Contains(s.api.Said(), "25006") }) // SQLSTATE of a read-only transaction
}

// Another session has the lock that every append needs. Within seconds the API reports that it is
// not ready. The API answers each command within the time limit, with an error that says that
// nothing was done.
func TestAppendLockOfSomebodyElse(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account, _ := s.open("Ada", "EUR")
	foreign, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = foreign.Close(context.Background()) }()
	if _, err := foreign.Exec(t.Context(), `BEGIN; LOCK TABLE append_lock IN EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	await.True(t, "it is not ready", func() bool { return s.api.Ready() == http.StatusServiceUnavailable })
	if took := time.Since(started); took > 3*time.Second {
		t.Errorf("that took %s", took)
	}
	await.True(t, "it logs that", func() bool { return strings.Contains(s.api.Said(), "append lock is held by") })
	s.want(s.post(account+"/deposits", `{"amount":1}`), 503, "unavailable")
	if _, err := foreign.Exec(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	await.True(t, "it is ready", func() bool { return s.api.Ready() == http.StatusOK })
	s.want(s.post(account+"/deposits", `{"amount":1}`), 200, "")
}
