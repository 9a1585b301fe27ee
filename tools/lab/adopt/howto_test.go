//go:build all

package adopt_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
)

// howTos lists the how-to pages that change the running service. The test runs the code blocks of
// these pages one after another in one copy of the template. Some code blocks of a page use a
// running service. The field says lists texts that the output of these blocks must contain. The
// field also is nil, or a function that makes further checks.
var howTos = []struct {
	page string
	says []string
	also func(t *testing.T, s *service, answers string)
}{
	{"add-an-event.md", nil, nil},
	{"add-a-command.md", []string{"HTTP/1.1 200", "HTTP/1.1 422", `"code":"account_frozen"`}, nil},
	{"publish-a-message.md", nil, nil},
	{"add-a-query.md", []string{"HTTP/1.1 200", `{"currency":"EUR","balance":1234}`}, nil},
	{"a-workflow.md", []string{`"balance":500`, `"reference":"welcome"`, `"actor":"workflow:welcomes"`}, reactsOnce},
	{"a-timer.md", nil, nil},
	{"a-scheduled-job.md", nil, nil},
	{"call-another-service.md", []string{"HTTP/1.1 201"}, nil},
	{"consume-messages.md", nil, nil},
	{"use-another-broker.md", nil, nil},
	{"a-unique-value.md", []string{`"code":"email_taken"`, `"code":"room_number_taken"`}, nil},
	{"../privacy.md", []string{`"name":"John Doe"`, `"status":"erased"`, `"type":"customer.erased"`}, nil},
}

// With -short, this test only applies the how-to pages to a copy of the template and compiles the
// copy. TestAGrownCloneStaysGreen applies all of these pages, too, and starts the service.
func TestHowTosOfAServiceThatRuns(t *testing.T) {
	t.Parallel()
	dir := clone(t)
	last := pasteHowTos(t, dir, "../../../docs/how-to")
	paste(t, dir, "go vet ./...")
	if testing.Short() {
		return
	}
	paste(t, dir, "go test ./internal/... ./cmd/projector")
	service, heard := startHeard(t, dir)
	service.answers(t, last, heard)
}

// pasteHowTos runs the code blocks of the how-to pages of a folder in a copy of the template. It
// does not run the blocks that use a running service: it returns them in a map whose keys are the
// names of the pages.
func pasteHowTos(t *testing.T, dir, folder string) (last map[string]string) {
	t.Helper()
	last = make(map[string]string)
	for _, howTo := range howTos {
		last[howTo.page] = pastePage(t, dir, filepath.Join(folder, howTo.page))
	}
	return last
}

// startHeard starts a service whose webhook requests and workflow calls go to a server of the test.
func startHeard(t *testing.T, dir string) (s *service, heard *output) {
	t.Helper()
	heard = &output{}
	url := listening(t, heard)
	return start(t, dir, "WEBHOOK_URL="+url, "REGISTER_URL="+url), heard
}

// answers sends requests to the operations that the how-to pages have added, and checks the
// service's answers.
func (s *service) answers(t *testing.T, last map[string]string, heard *output) {
	t.Helper()
	for _, howTo := range howTos {
		if howTo.says == nil {
			continue
		}
		answers := s.paste(t, last[howTo.page])
		for _, want := range howTo.says {
			if !strings.Contains(answers, want) {
				t.Errorf("%s: the answers lack %s:\n%s", howTo.page, want, answers)
			}
		}
		if howTo.also != nil {
			howTo.also(t, s, answers)
		}
	}
	await.True(t, "the webhook hears that an account is frozen", func() bool { return strings.Contains(heard.String(), "AccountFrozen.v1") })
	await.True(t, "the register hears of an account", func() bool { return strings.Contains(heard.String(), `"CHF"`) })
}

// reactsOnce checks the events of an account. The workflow reacts to the opening of the account
// with a deposit, which must name the opening as its cause. Then reactsOnce lets the service
// execute the deposit's job a second time, as if the process had died before it marked the job as
// completed. The log must not change.
func reactsOnce(t *testing.T, s *service, events string) {
	t.Helper()
	const (
		again = `WITH again AS (
			    UPDATE river_job SET state = 'available', finalized_at = NULL WHERE queue = 'welcomes' AND state = 'completed' RETURNING 1
			) SELECT count(*)::text FROM again`
		open  = `SELECT count(*)::text FROM river_job WHERE queue = 'welcomes' AND state <> 'completed'`
		gifts = `SELECT count(*)::text FROM events WHERE metadata ->> 'actor' = 'workflow:welcomes'`
	)
	opened := regexp.MustCompile(`"id":"([^"]+)","type":"account.opened"`).FindStringSubmatch(events)
	if opened == nil || !strings.Contains(events, `"causation_id":"`+opened[1]+`"`) || strings.Count(events, `"type":"account.money_deposited"`) != 1 {
		t.Errorf("the reaction is not what was asked for: %s", events)
	}
	await.True(t, "the job is noted as done", func() bool { return s.asked(t, open) == "0" })
	s.has(t, again, "1")
	await.True(t, "the job is done again", func() bool { return s.asked(t, open) == "0" })
	s.has(t, gifts, "1")
}

// listening starts a server that accepts every request and writes the request's body to said.
// listening returns the server's URL.
func listening(t *testing.T, said *output) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(said, r.Body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
