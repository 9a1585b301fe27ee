package http_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/programs"
)

// An operator can lower the level of a running process's log at the address of the probes, and
// nobody can raise it there. At the address of clients there is nothing.
func TestTheLevelOfARunningProcess(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	for name, p := range map[string]*programs.Program{"api": g.api, "projector": g.projector} {
		if status, said := p.Ask(http.MethodPut, "/log-level?level=error"); status != 400 || !strings.Contains(said, "at most info") {
			t.Errorf("%s: got %d, %s", name, status, said)
		}
		if status, said := p.Ask(http.MethodPut, "/log-level?level=debug&for=1m"); status != 200 || !strings.Contains(said, `"level":"debug","configured":"info","until":"`) {
			t.Errorf("%s: got %d, %s", name, status, said)
		}
		await.True(t, name+" says that the level was changed", func() bool {
			return strings.Contains(p.Said(), `"msg":"the log's level was changed","before":"info","now":"debug","seconds":60,"address":"127.0.0.1"`)
		})
	}
	if status := statusOf(t, "http://"+g.api.Address+"/healthz"); status != 200 {
		t.Errorf("got %d", status)
	}
	await.True(t, "a line with the level debug", func() bool {
		return strings.Contains(g.api.Said(), `"level":"DEBUG","msg":"request"`)
	})
	if status := statusOf(t, "http://"+g.api.Address+"/log-level"); status != 404 {
		t.Errorf("clients get %d", status)
	}
	if status, said := g.api.Ask(http.MethodDelete, "/log-level"); status != 200 || !strings.Contains(said, `{"level":"info","configured":"info"}`) {
		t.Errorf("got %d, %s", status, said)
	}
}

func statusOf(t *testing.T, url string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// With LOG_SUBJECT=hash, no line has the subject of a caller, and all lines about a caller have the
// same hash, in each process on the database.
func TestTheLogHidesSubjects(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, "LOG_SUBJECT=hash")
	const subject = "ada-lovelace"
	token := g.as(subject, "operate")
	second := g.beside(g.environment...)
	for _, s := range []*stack{g, second} {
		s.want(s.get("/v1/trail", "", token...), 200, "")
		await.True(t, "a line of the request", func() bool { return strings.Contains(s.api.Said(), `"outcome":"done"`) })
		if strings.Contains(s.api.Said(), subject) {
			t.Errorf("the log has the subject: %s", around(s.api.Said(), subject))
		}
	}
	one, other := hashIn(g.api.Said()), hashIn(second.api.Said())
	if one == "" || one != other {
		t.Errorf("the hashes are %q and %q", one, other)
	}
}

// hashIn returns the first hash of a subject in a log.
func hashIn(log string) string {
	_, rest, _ := strings.Cut(log, `"subject_hash":"`)
	hash, _, _ := strings.Cut(rest, `"`)
	return hash
}
