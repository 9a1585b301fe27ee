//go:build unix

package dev_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The story's ids of accounts and persons end in these characters.
const storyID = "0197a1f2-5eed-7000-8000-0000000000"

var (
	logAt  = regexp.MustCompile(`log (?:is|is still) at position (\d+)`)
	logTo  = regexp.MustCompile(`log went from position \d+ to (\d+)`)
	pasted = regexp.MustCompile(`(?m)^    ((?:curl|\(set -a; ).*)$`)
)

// seed runs the command dev seed, and returns what it prints.
func seed(t *testing.T, data string) *instance {
	t.Helper()
	told := launch(t, nil, "seed", "-data", data)
	if code := told.exitCode(t); code != 0 {
		t.Fatalf("exit code = %d, want 0:\n%s", code, told.output())
	}
	return told
}

// as sends a query with the token of a person.
func (i *instance) as(t *testing.T, person, path string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, i.found(apiAt)[0]+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+i.token(t, person))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var body strings.Builder
	if err := response.Write(&body); err != nil {
		t.Fatal(err)
	}
	return body.String()
}

// paste executes a line that dev has printed, in the folder of the repository.
func paste(t *testing.T, line string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "/bin/sh", "-c", line)
	command.Dir, command.Env = repository, cleanEnv()
	said, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", line, err, said)
	}
	return string(said)
}

// ops executes a subcommand of ops on the database of a run, and decodes its JSON.
func ops(t *testing.T, lines []string, subcommand string, into any) {
	t.Helper()
	var line string
	for _, each := range lines {
		if strings.Contains(each, "cmd/ops ") {
			line = regexp.MustCompile(`cmd/ops [^)]*`).ReplaceAllString(each, "cmd/ops "+subcommand)
		}
	}
	if said := paste(t, line); json.Unmarshal([]byte(said), into) != nil {
		t.Fatalf("%s prints %s", line, said)
	}
}

// A story fills the service once. A second run adds no event. The lines that dev prints repair the
// parked stream and the dead message.
func TestSeedFillsTheServiceOnce(t *testing.T) {
	t.Parallel()
	data := dataDir(t)
	run := launch(t, nil, "run", "-data", data, "-api", "127.0.0.1:0", "-projector", "127.0.0.1:0")
	run.ready(t)
	began := time.Now()
	first := seed(t, data)
	t.Logf("the story takes %v", time.Since(began))
	heads, lines := first.found(logTo), first.found(pasted)
	if len(heads) != 1 || len(lines) < 10 {
		t.Fatalf("it says\n%s", first.output())
	}
	run.hasTheStory(t)
	var parked []struct {
		Projection string
		StreamID   string `json:"stream_id"`
	}
	var dead []struct {
		StreamID string `json:"stream_id"`
		Behind   int
	}
	ops(t, lines, "projections parked -json", &parked)
	ops(t, lines, "messages list -json", &dead)
	if len(parked) != 1 || parked[0].Projection != "balances" || parked[0].StreamID != storyID+"c1" || len(dead) != 1 || dead[0].StreamID != storyID+"c2" {
		t.Errorf("parked %v, dead %v", parked, dead)
	}
	if again := seed(t, data); !isAt(again, heads[0]) {
		t.Errorf("the second time, after position %s, it says\n%s", heads[0], again.output())
	}
	for _, line := range lines {
		if said := paste(t, line); strings.TrimSpace(said) == "" || strings.Contains(said, `"title":`) { // a problem has a title
			t.Errorf("%s prints %s", line, said)
		}
	}
	eventually(t, "all is repaired", func() bool {
		ops(t, lines, "projections parked -json", &parked)
		ops(t, lines, "messages list -json", &dead)
		return len(parked) == 0 && len(dead) == 0
	})
	if again := seed(t, data); !isAt(again, heads[0]) {
		t.Errorf("after the repair, it says\n%s", again.output())
	}
	var stats struct {
		Head, Outbox int64
		Volume       struct {
			Last    int64
			Days    []struct{ Type string }
			Longest []struct {
				StreamID string `json:"stream_id"`
				Version  int64
			}
		}
	}
	ops(t, lines, "stats -volume -json", &stats)
	if v := stats.Volume; strconv.FormatInt(v.Last, 10) != heads[0] || v.Last != stats.Head || len(v.Days) < 12 || v.Longest[0].StreamID != storyID+"a5" || v.Longest[0].Version != 401 {
		t.Errorf("the log is at %s, and ops stats says %+v", heads[0], stats)
	}
}

// isAt reports whether a run of dev seed has added nothing to the log, which ends at a position.
func isAt(told *instance, head string) bool {
	said := told.found(logAt)
	return len(said) == 2 && said[0] == head && said[1] == head && strings.Contains(told.output(), "no event was added")
}

// hasTheStory asks the API for each thing that the story promises.
func (i *instance) hasTheStory(t *testing.T) {
	t.Helper()
	for _, c := range []struct {
		person, path string
		has          []string
	}{
		{"ada", "/v1/accounts?limit=50", []string{`"currency":"EUR"`, `"currency":"USD"`, `"currency":"JPY"`, `"status":"closed"`}},
		{"bob", "/v1/accounts", []string{`"currency":"GBP"`, "Babbage"}},
		{"ada", "/v1/customers/" + storyID + "e2", []string{"alan.mathison@example.com"}},
		{"ada", "/v1/customers/" + storyID + "e3", []string{`"status":"erased"`}},
		{"ada", "/v1/accounts/" + storyID + "a5", []string{`"version":401`}},
		{"ada", "/v1/transfers?account=" + storyID + "a1", []string{`"status":"completed"`, `"status":"refunded","code":"not_accepted"`}},
		{"bob", "/v1/transfers?account=" + storyID + "b3", []string{`"status":"refused","code":"insufficient_funds"`}},
		{"cleo", "/v1/accounts", []string{"parked_position"}},
	} {
		said := i.as(t, c.person, c.path)
		for _, has := range c.has {
			if !strings.Contains(said, has) {
				t.Errorf("%s, as %s, lacks %s: %s", c.path, c.person, has, said)
			}
		}
	}
}

// dev seed refuses a service on another machine. If no service runs, dev seed says how to start
// one.
func TestSeedOfAWrongAddress(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	for args, want := range map[string]string{
		"-api http://192.0.2.1:8080":   "192.0.2.1, which is not this machine",
		"-api 127.0.0.1:1":             "start the service with `go run ./cmd/dev run`",
		"-api " + other.URL:            "this is not the API",
		"-data " + dataDir(t):          "go run ./cmd/dev run -data",
		"-issuer http://192.0.2.1:808": "the issuer of tokens is at 192.0.2.1",
	} {
		told := launch(t, nil, append([]string{"seed"}, strings.Fields(args)...)...)
		if code, said := told.exitCode(t), told.output(); code != 1 || !strings.Contains(said, want) {
			t.Errorf("seed %s: exit code %d, want 1; it says %q, want %q in it", args, code, said, want)
		}
	}
}
