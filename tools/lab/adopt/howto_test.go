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
// these pages one after another in one copy of the template. An entry of howTos holds the expected
// output of the page's blocks that use a running service. An entry also holds the state in which
// the account must be afterwards.
var howTos = []struct {
	page string
	says []string
	also func(t *testing.T, s *service, answers string)
}{
	{"add-an-event.md", nil, nil},
	{"add-a-command.md", []string{"HTTP/1.1 200", "HTTP/1.1 422", `"code":"account_frozen"`}, nil},
	{"publish-a-message.md", nil, nil},
	{"add-a-query.md", []string{"HTTP/1.1 200", `{"currency":"EUR","balance":1234}`}, nil},
	{"react-to-an-event.md", []string{`"balance":500`, `"reference":"welcome"`, `"actor":"welcomes"`}, reactsOnce},
	{"use-another-broker.md", nil, nil},
	{"../privacy.md", []string{`"name":"John Doe"`, `"status":"erased"`, `"type":"customer.erased"`}, nil},
}

// With -short, this test only applies the how-to pages to a copy of the template and compiles the
// copy. TestAGrownCloneStaysGreen runs a service with all of these pages.
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

// pasteHowTos runs the code blocks of the how-to pages of a folder in a copy of the template,
// except blocks that use a running service. pasteHowTos returns these blocks by page.
func pasteHowTos(t *testing.T, dir, folder string) (last map[string]string) {
	t.Helper()
	last = make(map[string]string)
	for _, howTo := range howTos {
		last[howTo.page] = pastePage(t, dir, filepath.Join(folder, howTo.page))
	}
	return last
}

// startHeard starts a service that sends its webhook requests to the test.
func startHeard(t *testing.T, dir string) (s *service, heard *output) {
	t.Helper()
	heard = &output{}
	return start(t, dir, "WEBHOOK_URL="+listening(t, heard)), heard
}

// answers sends requests that use the additions of the how-to pages, and checks the service's
// answers.
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
}

// reactsOnce checks the events of an account: the deposit that reacts to the opening must name the
// opening. reactsOnce then makes the reaction due a second time, as after a crash before the
// reaction was recorded. The service repeats the reaction with the same idempotency key, and the
// log must not change.
func reactsOnce(t *testing.T, s *service, events string) {
	t.Helper()
	const (
		wes   = `FROM events WHERE type = 'account.opened' AND data ->> 'subject' = 'wes'`
		again = `WITH again AS (INSERT INTO welcomes_due SELECT event_id, position, stream_id, 'wes' ` + wes + ` RETURNING 1) SELECT count(*)::text FROM again`
		due   = `SELECT count(*)::text FROM welcomes_due`
		gifts = `SELECT count(*)::text FROM events WHERE metadata ->> 'actor' = 'welcomes'`
	)
	opened := regexp.MustCompile(`"id":"([^"]+)","type":"account.opened"`).FindStringSubmatch(events)
	if opened == nil || !strings.Contains(events, `"causation_id":"`+opened[1]+`"`) || strings.Count(events, `"type":"account.money_deposited"`) != 1 {
		t.Errorf("the reaction is not what was asked for: %s", events)
	}
	s.has(t, again, "1")
	await.True(t, "it is done again", func() bool { return s.asked(t, due) == "0" })
	s.has(t, gifts, "1")
	onlyOneWaits(t, s, again, due)
}

// onlyOneWaits makes two reactions of the service due, which are called welcomes. The service can't
// execute the first welcome, because another request has already used the welcome's idempotency
// key. The first welcome must wait, and its error must be recorded. The service must still execute
// the second welcome.
func onlyOneWaits(t *testing.T, s *service, again, due string) {
	t.Helper()
	const (
		cause = `'0197a1f2-5c3d-7e4f-8a9b-00000000dead'`
		stuck = `WITH taken AS (
			    INSERT INTO idempotency_keys (key, fingerprint, stream_id, version, position, expires_at, expires_after)
			    SELECT ' welcome ' || ` + cause + `, 'another', stream_id, version, position, now() + interval '1 day', 1000000 FROM events WHERE position = 1
			), added AS (
			    INSERT INTO welcomes_due SELECT ` + cause + `::uuid, 0, stream_id, 'wes' FROM events WHERE type = 'account.opened' AND data ->> 'subject' = 'wes' RETURNING 1
			) SELECT count(*)::text FROM added`
		waits = `SELECT coalesce(max(error), '') FROM welcomes_due WHERE event_id = ` + cause + ` AND attempts > 0 AND not_before > now() - interval '1 minute'`
	)
	s.has(t, stuck, "1")
	s.has(t, again, "1")
	await.True(t, "the one that can't be given waits", func() bool { return s.asked(t, waits) != "" })
	await.True(t, "the one behind it is given", func() bool { return s.asked(t, due) == "1" })
}

// listening returns the URL of a server that accepts every POST request, and sends the bodies to
// the channel said.
func listening(t *testing.T, said *output) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(said, r.Body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
