package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/edge/epoch"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/history"
)

var (
	one       = "/v1/accounts/" + ada.String()
	none      = "/v1/accounts/" + nobody.String()
	statement = one + "/statement"
	stream    = one + "/events"
)

func TestAnAccountIsShownWithItsVersionAndPosition(t *testing.T) {
	t.Parallel()
	answer := send(t, newFake().client(t), http.MethodGet, one, "")
	want := `{"id":"` + ada.String() + `","owner":"Ada","currency":"EUR","balance":1000,"status":"open","version":3,` +
		`"opened_at":"2026-01-31T12:00:00.123456Z","updated_at":"2026-01-31T12:00:00.123456Z"}` + "\n"
	if answer.status != 200 || answer.body != want {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
	if answer.header.Get("ETag") != `"3"` || answer.header.Get("Event-Position") != "42" {
		t.Errorf("got %v", answer.header)
	}
}

func TestWhatThereIsNotHasAPosition(t *testing.T) {
	t.Parallel()
	for _, path := range []string{none, none + "/statement", none + "/events"} {
		answer := send(t, newFake().client(t), http.MethodGet, path, "")
		if answer.status != 404 || answer.header.Get("Event-Position") != "42" || *answer.problem(t).Code != "not_found" {
			t.Errorf("%s: got %d %v %s", path, answer.status, answer.header, answer.body)
		}
	}
}

func TestIfNoneMatchAnswers304(t *testing.T) {
	t.Parallel()
	client := newFake().client(t)
	for _, path := range []string{one, accounts, statement, stream, accounts + "?limit=1"} {
		tag := send(t, client, http.MethodGet, path, "").header.Get("ETag")
		for header, status := range map[string]int{
			tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "x": 200, "": 200,
		} {
			answer := send(t, client, http.MethodGet, path, "", "If-None-Match", header)
			if answer.status != status || answer.header.Get("ETag") != tag || answer.header.Get("Event-Position") != "42" {
				t.Errorf("%s, %s: got %d %v", path, header, answer.status, answer.header)
			}
		}
	}
}

func TestListFiltersSortAndPage(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.next = &balances.Cursor{Key: "1000", ID: ada}
	client := f.client(t)
	first := send(t, client, http.MethodGet, accounts+"?status=open&currency=EUR&owner=Ada+L%26co&sort=-owner&limit=200", "")
	want := balances.Filter{Status: "open", Currency: "EUR", Owner: "Ada L&co", Sort: "-owner", Limit: 200}
	if diff := cmp.Diff(want, f.filter); diff != "" || first.status != 200 {
		t.Fatalf("got %d: %s", first.status, diff)
	}
	link := first.header.Get("Link")
	if !strings.HasPrefix(link, "<accounts?") {
		t.Fatalf("got Link %q, which is not relative to the request's path", link)
	}
	next := followed(t, accounts, link)
	f.next = nil
	second := send(t, client, http.MethodGet, next, "")
	want.After = &balances.Cursor{Key: "1000", ID: ada}
	if diff := cmp.Diff(want, f.filter); diff != "" || second.status != 200 || second.header.Get("Link") != "" {
		t.Errorf("got %d %v: %s", second.status, second.header, diff)
	}
	if strings.Contains(second.body, "next_cursor") || !strings.Contains(first.body, "next_cursor") {
		t.Errorf("got %s, then %s", first.body, second.body)
	}
}

func TestListHasDefaults(t *testing.T) {
	t.Parallel()
	f := newFake()
	send(t, f.client(t), http.MethodGet, accounts, "")
	if diff := cmp.Diff(balances.Filter{Sort: "opened_at", Limit: 50}, f.filter); diff != "" {
		t.Error(diff)
	}
}

func TestCursorsOfAnotherListAreRefused(t *testing.T) {
	t.Parallel()
	f := newFake()
	client := f.client(t)
	of := func(list string) string { return *query.Cursor{Of: list, Key: "1", ID: ada, Version: 2}.Encode() }
	for name, path := range map[string]string{
		"of another sort":        accounts + "?sort=owner&cursor=" + of("opened_at"),
		"of the sort, backwards": accounts + "?sort=owner&cursor=" + of("-owner"),
		"of a statement":         accounts + "?cursor=" + of("statement"),
		"of a list":              statement + "?cursor=" + of("opened_at"),
		"of the events":          statement + "?cursor=" + of("events"),
		"of nothing":             stream + "?cursor=" + of(""),
		"that is no base64":      accounts + "?cursor=!!",
		"that is no JSON":        accounts + "?cursor=AAAA",
		"that is empty":          accounts + "?cursor=",
		"with a NUL":             accounts + "?cursor=" + *query.Cursor{Of: "opened_at", Key: "\x00"}.Encode(),
		"with a negative":        statement + "?cursor=" + *query.Cursor{Of: "statement", Version: -1}.Encode(),
		"that is long":           accounts + "?cursor=" + strings.Repeat("A", 1025),
	} {
		answer := send(t, client, http.MethodGet, path, "")
		if answer.status != 400 || answer.errorOf(t, "cursor") == "" {
			t.Errorf("%s: got %d %s", name, answer.status, answer.body)
		}
	}
	f.fail = sqlError("22P02")
	if answer := send(t, client, http.MethodGet, accounts+"?sort=owner&cursor="+of("owner"), ""); answer.status != 400 {
		t.Errorf("with a key of another type: got %d %s", answer.status, answer.body)
	}
}

func TestBadParametersAreNamed(t *testing.T) {
	t.Parallel()
	client := newFake().client(t)
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=201": "limit", "limit=x": "limit", "limit=1.0": "limit", "limit=": "limit", "limit=%2B5": "limit",
		"limit=99999999999999999999": "limit", "limit=1&limit=2": "limit", "sort=name": "sort", "status=OPEN": "status",
		"currency=eur": "currency", "owner=": "owner", "owner=%00": "owner", "owner=%ff": "owner", "page=2": "page", "owner=%zz": "query", "_=1732608000": "_",
	} {
		answer := send(t, client, http.MethodGet, accounts+"?"+query, "")
		if answer.status != 400 || answer.errorOf(t, field) == "" {
			t.Errorf("%s: got %d %s", query, answer.status, answer.body)
		}
	}
	for query, field := range map[string]string{
		"version=0": "version", "version=x": "version", "version=9223372036854775808": "version",
		"at=yesterday": "at", "at=2026-02-30T00:00:00Z": "at", "at=2026-01-01": "at", "at=2026-01-01T00:00:00+01:00": "at",
	} {
		answer := send(t, client, http.MethodGet, stream+"?"+query, "")
		if answer.status != 400 || answer.errorOf(t, field) == "" {
			t.Errorf("%s: got %d %s", query, answer.status, answer.body)
		}
	}
	for _, path := range []string{"x", "123", "0197a1f25c3d7e4f8a9b0c1d2e3f4a5b", "urn:uuid:" + ada.String(), "%7B" + ada.String() + "%7D"} {
		for _, suffix := range []string{"", "/statement", "/events"} {
			answer := send(t, client, http.MethodGet, "/v1/accounts/"+path+suffix, "")
			if answer.status != 400 || answer.errorOf(t, "id") == "" {
				t.Errorf("%s: got %d %s", path+suffix, answer.status, answer.body)
			}
		}
	}
}

func TestAStatementPagesByVersion(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.more = true
	client := f.client(t)
	first := send(t, client, http.MethodGet, statement+"?limit=2", "")
	if first.status != 200 || f.limit != 2 || f.after != 0 || !strings.Contains(first.body, `"kind":"deposit","amount":1250,"balance":1250,"reference":"salary"`) {
		t.Fatalf("got %d %s", first.status, first.body)
	}
	next := followed(t, statement, first.header.Get("Link"))
	if send(t, client, http.MethodGet, next, ""); f.after != 3 || f.limit != 2 {
		t.Errorf("%s: asked for %d after %d", next, f.limit, f.after)
	}
}

func TestEventsShowTheStateAsItWasThen(t *testing.T) {
	t.Parallel()
	f := newFake()
	client := f.client(t)
	plain := send(t, client, http.MethodGet, stream, "")
	if plain.status != 200 || strings.Contains(plain.body, `"state"`) || !strings.Contains(plain.body, `"data":{"owner":"Ada","currency":"EUR"},"metadata":{"correlation_id":"c-1"}`) {
		t.Errorf("got %d %s", plain.status, plain.body)
	}
	at := "2026-01-31T13:00:00+01:00"
	then := send(t, client, http.MethodGet, stream+"?version=2&at="+url.QueryEscape(at), "")
	if then.status != 200 || !strings.Contains(then.body, `"state":{"id"`) {
		t.Errorf("got %d %s", then.status, then.body)
	}
	want := history.Until{Version: 2, At: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)}
	if f.until.Version != want.Version || !f.until.At.Equal(want.At) {
		t.Errorf("asked until %+v", f.until)
	}
}

func TestMinPositionWaitsForItsReadModel(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path, prefer, applied string
		want                  []any
	}{
		"an account":          {one, "", "", []any{"balances", int64(7), 5 * time.Second}},
		"a list":              {accounts, "wait=10", "wait=10", []any{"balances", int64(7), 10 * time.Second}},
		"a statement":         {statement, `respond-async, WAIT="3"; x=1`, "wait=3", []any{"statements", int64(7), 3 * time.Second}},
		"events":              {stream, "wait=31", "wait=30", []any{"events", int64(7), 30 * time.Second}},
		"a malformed wait":    {one, "wait=soon", "", []any{"balances", int64(7), 5 * time.Second}},
		"a negative wait":     {one, "wait=-1", "", []any{"balances", int64(7), 5 * time.Second}},
		"another preference":  {one, "return=minimal", "", []any{"balances", int64(7), 5 * time.Second}},
		"the first of two":    {one, "wait=2, wait=9", "wait=2", []any{"balances", int64(7), 2 * time.Second}},
		"a wait for too long": {one, "wait=4000000000", "", []any{"balances", int64(7), 5 * time.Second}},
		"no wait at all":      {one, "wait=0", "wait=0", []any{"balances", int64(7), time.Duration(0)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			answer := send(t, f.client(t), http.MethodGet, test.path, "", "Min-Position", "7", "Prefer", test.prefer)
			if diff := cmp.Diff(test.want, f.waited); diff != "" || answer.status != 200 {
				t.Errorf("got %d: %s", answer.status, diff)
			}
			if got := answer.header.Get("Preference-Applied"); got != test.applied {
				t.Errorf("applied %q", got)
			}
		})
	}
}

func TestAPositionThatIsNotReachedInTimeIs503(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.waitFor = -1
	for _, path := range []string{one, accounts, statement, stream} {
		answer := send(t, f.client(t), http.MethodGet, path, "", "Min-Position", "43", "Prefer", "wait=0")
		if answer.status != 503 || *answer.problem(t).Code != "position_not_reached" || answer.header.Get("Retry-After") == "" || answer.header.Get("Preference-Applied") != "wait=0" {
			t.Errorf("%s: got %d %v %s", path, answer.status, answer.header, answer.body)
		}
	}
}

// An epoch names one history of the log. While a read waits for a position, the log may lose events
// and then reach that position with other events, in a new epoch. The API therefore compares the
// client's epoch with the log's epoch after the wait, even if the process does not know the new
// epoch yet.
func TestEpochIsComparedAfterTheWait(t *testing.T) {
	t.Parallel()
	first, second := uuid.New(), uuid.New()
	for _, path := range []string{one, one + "/events", one + "/statement", accounts} {
		for name, test := range map[string]struct {
			at      *log // state of the log when the request arrives
			wait    error
			status  int
			code    string
			becomes *log // state of the log during the wait
		}{
			"it goes back during the wait":   {&log{known: first, now: first}, nil, 409, "log_changed", &log{known: second, now: second}},
			"it went back a moment ago":      {&log{known: first, now: second}, nil, 409, "log_changed", &log{known: first, now: second}},
			"it does not grow again":         {&log{known: first, now: first}, context.DeadlineExceeded, 409, "log_changed", &log{known: second, now: second}},
			"it is far below":                {&log{known: first, now: first}, event.ErrBeyondLog, 409, "log_changed", &log{known: second, now: second}},
			"it does not go back":            {&log{known: first, now: first}, nil, 200, "", &log{known: first, now: first}},
			"it is not reached, that is all": {&log{known: first, now: first}, context.DeadlineExceeded, 503, "position_not_reached", &log{known: first, now: first}},
		} {
			t.Run(path+": "+name, func(t *testing.T) {
				t.Parallel()
				f, read := newFake(), test.at
				f.options = func(o *Options) {
					o.Edge.Epochs = epoch.Epochs{Written: read.epoch(), Read: read.epoch()}
					o.Edge.Wait = func(context.Context, string, int64) error {
						read.becomes(test.becomes)
						return test.wait
					}
				}
				answer := send(t, f.client(t), http.MethodGet, path, "", "Min-Position", "43", "Prefer", "wait=30", "Log-Epoch", first.String())
				if answer.status != test.status || answer.header.Get("Log-Epoch") != test.becomes.now.String() {
					t.Errorf("got %d of epoch %s, want %d of %s", answer.status, answer.header.Get("Log-Epoch"), test.status, test.becomes.now)
				}
				if test.code != "" && !strings.Contains(answer.body, `"code":"`+test.code+`"`) {
					t.Errorf("got %s, want %s", answer.body, test.code)
				}
			})
		}
	}
}

func TestMinPositionIsADecimalOf63Bits(t *testing.T) {
	t.Parallel()
	for position, status := range map[string]int{
		"0": 200, "9223372036854775807": 200, "9223372036854775808": 400, "-1": 400, "1.0": 400, "x": 400, "": 400, "1, 2": 400, "99999999999999999999": 400,
	} {
		answer := send(t, newFake().client(t), http.MethodGet, one, "", "Min-Position", position)
		if answer.status != status || status == 400 && answer.errorOf(t, "Min-Position") == "" {
			t.Errorf("%q: got %d %s", position, answer.status, answer.body)
		}
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.fail = nil
	for path, status := range map[string]int{one: 200, accounts: 200, none: 404, "/healthz": 200, "/v1/accounts/x": 400} {
		if answer := send(t, f.client(t), http.MethodHead, path, ""); answer.status != status {
			t.Errorf("%s: got %d", path, answer.status)
		}
	}
	f.fail = event.ErrUnavailable
	if answer := send(t, f.client(t), http.MethodHead, one, ""); answer.status != 503 {
		t.Errorf("got %d", answer.status)
	}
}

// followed returns the path to which a Link header points, resolved against the path that the
// client has requested. If there is no Link header, followed returns "".
func followed(t *testing.T, from, link string) string {
	t.Helper()
	if link == "" {
		return ""
	}
	next, ok := strings.CutSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
	base, err := url.Parse(from)
	if err != nil || !ok {
		t.Fatalf("got Link %q after %s: %v", link, from, err)
	}
	reference, err := base.Parse(next)
	if err != nil {
		t.Fatal(err)
	}
	return reference.String()
}
