package edge

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/epoch"
	"example.com/pgcqrs/engine/event"
)

// log is a fake log with two epochs: the epoch that the process knows, which may be outdated, and
// the current epoch.
type log struct {
	mu         sync.Mutex
	known, now uuid.UUID
	looks      int
	catchesUp  uuid.UUID // epoch that Now returns from its third call on
	fail       error
}

func (l *log) epoch() epoch.Epoch {
	return epoch.Epoch{
		Known: func() uuid.UUID {
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.known
		},
		Now: func(context.Context) (uuid.UUID, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.looks++; l.looks == 3 && l.catchesUp != uuid.Nil {
				l.now = l.catchesUp
			}
			l.known = l.now
			return l.now, l.fail
		},
	}
}

func TestLogEpoch(t *testing.T) {
	t.Parallel()
	first, second, third := uuid.New(), uuid.New(), uuid.New()
	for name, test := range map[string]struct {
		written, read *log
		sent          uuid.UUID
		status        int
		code          string
		told          uuid.UUID
	}{
		"none is sent":                         {&log{known: first, now: first}, &log{known: first, now: first}, uuid.Nil, 200, "", first},
		"it is not known yet":                  {&log{}, &log{}, uuid.Nil, 200, "", uuid.Nil},
		"the same":                             {&log{known: first, now: first}, &log{known: first, now: first}, first, 200, "", first},
		"one from before":                      {&log{known: second, now: second}, &log{known: second, now: second}, first, 409, "log_changed", second},
		"one that this process has to hear of": {&log{known: first, now: second}, &log{known: first, now: second}, second, 200, "", second},
		"one that nobody knows":                {&log{known: first, now: first}, &log{known: first, now: first}, third, 409, "log_changed", first},
		"a replica gets there":                 {&log{known: second, now: second}, &log{known: first, now: first, catchesUp: second}, second, 200, "", second},
		"a replica does not":                   {&log{known: second, now: second}, &log{known: first, now: first}, second, 503, "position_not_reached", first},
		"nobody can look":                      {&log{known: first, now: first}, &log{known: first, now: first, fail: event.ErrUnavailable}, second, 503, "unavailable", first},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newService()
			f.options = func(o *Options) { o.Epochs = epoch.Epochs{Written: test.written.epoch(), Read: test.read.epoch()} }
			headers := []string{"Prefer", "wait=0"}
			if test.sent != uuid.Nil {
				headers = append(headers, "Log-Epoch", test.sent.String())
			}
			if name == "a replica gets there" {
				headers[1] = "wait=5"
			}
			answer := send(t, f.client(t), http.MethodGet, "/v1/trail", "", headers...)
			told := ""
			if test.told != uuid.Nil {
				told = test.told.String()
			}
			if answer.status != test.status || answer.header.Get("Log-Epoch") != told {
				t.Errorf("got %d of epoch %s, want %d of %s", answer.status, answer.header.Get("Log-Epoch"), test.status, told)
			}
			if test.code != "" && *answer.problem(t).Code != test.code {
				t.Errorf("got %s, want %s", answer.body, test.code)
			}
		})
	}
}

// Every answer names the log's epoch, even the answer to a failed request. A request whose
// Log-Epoch is not a UUID is refused.
func TestEveryAnswerTellsItsEpoch(t *testing.T) {
	t.Parallel()
	written, read := log{known: uuid.New()}, &log{known: uuid.New()}
	f := newService()
	f.options = func(o *Options) { o.Epochs = epoch.Epochs{Written: written.epoch(), Read: read.epoch()} }
	client := f.client(t)
	for _, path := range []string{"/v1/trail", "/v1/trail?limit=x", "/healthz", "/nothing", "/openapi.yaml"} {
		if got := send(t, client, http.MethodGet, path, "").header.Get("Log-Epoch"); got != read.known.String() {
			t.Errorf("%s: %q, want that of the log that is read", path, got)
		}
	}
	if got := send(t, client, http.MethodPost, "/v1/trail", "").header.Get("Log-Epoch"); got != written.known.String() {
		t.Errorf("a command: %q, want that of the log that is written", got)
	}
	if answer := send(t, client, http.MethodGet, "/v1/trail", "", "Log-Epoch", "7"); answer.status != 400 || *answer.problem(t).Code != "invalid_request" {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
}

// A query with a Log-Epoch gets only an answer that was read in that epoch. A backup may be
// restored during the query, or just before it, when the process does not know the new epoch yet.
// Even then no client gets an answer that was read in another epoch.
func TestLogEpochIsThatOfWhatWasRead(t *testing.T) {
	t.Parallel()
	first, second := uuid.New(), uuid.New()
	for name, test := range map[string]struct {
		before, after, end *log  // before, after: log that queries read, before and after the query; end: log to which commands append; nil: the log that queries read
		fail               error // error of the query
		status             int
		code               string
		told               uuid.UUID
	}{
		"nothing happens":                      {before: &log{known: first, now: first}, after: &log{known: first, now: first}, status: 200, told: first},
		"it went back a moment ago":            {before: &log{known: first, now: second}, after: &log{known: first, now: second}, status: 409, code: "log_changed", told: second},
		"it goes back during the query":        {before: &log{known: first, now: first}, after: &log{known: second, now: second}, status: 409, code: "log_changed", told: second},
		"what it loses is not found":           {before: &log{known: first, now: first}, after: &log{known: first, now: second}, fail: event.ErrStreamNotFound, status: 409, code: "log_changed", told: second},
		"nobody can look":                      {before: &log{known: first, now: first}, after: &log{known: first, fail: event.ErrUnavailable}, status: 503, code: "unavailable", told: first},
		"a look finds none":                    {before: &log{known: first, now: first}, after: &log{known: first}, status: 503, code: "unavailable", told: first},
		"it is not there, and nobody can look": {before: &log{known: first, now: first}, after: &log{known: first, fail: event.ErrUnavailable}, fail: event.ErrStreamNotFound, status: 503, code: "unavailable", told: first},
		"the query fails, and nobody looks":    {before: &log{known: first, now: first}, after: &log{known: first, now: second}, fail: event.ErrUnavailable, status: 503, code: "unavailable", told: first},
		"another replica, which is behind":     {before: &log{known: second, now: second}, after: &log{known: first, now: first}, end: &log{now: second}, status: 503, code: "position_not_reached", told: first},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, sent := test.before, test.before.known
			written := test.end
			if written == nil {
				written = read
			}
			f := newService()
			f.options = func(o *Options) {
				o.Epochs = epoch.Epochs{Written: written.epoch(), Read: read.epoch()}
			}
			f.during, f.lost = func() { read.becomes(test.after) }, test.fail
			answer := send(t, f.client(t), http.MethodGet, "/v1/trail", "", "Log-Epoch", sent.String())
			if answer.status != test.status || answer.header.Get("Log-Epoch") != test.told.String() {
				t.Errorf("got %d of epoch %s, want %d of %s", answer.status, answer.header.Get("Log-Epoch"), test.status, test.told)
			}
			if test.code != "" && !strings.Contains(answer.body, `"code":"`+test.code+`"`) {
				t.Errorf("got %s, want %s", answer.body, test.code)
			}
		})
	}
}

// becomes copies the epochs and the error of another fake log into l.
func (l *log) becomes(other *log) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known, l.now, l.fail = other.known, other.now, other.fail
}
