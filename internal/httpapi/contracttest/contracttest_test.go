package contracttest

import (
	"io"
	"net/http"
	"testing"
)

// spy notes a failure instead of failing.
type spy struct {
	testing.TB
	failed bool
}

func (s *spy) Helper()               {}
func (s *spy) Errorf(string, ...any) { s.failed = true }

const one = "/v1/accounts/0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b"

const account = `{"id":"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b","owner":"Ada","currency":"EUR","balance":5,"status":"open",` +
	`"version":3,"opened_at":"2026-01-31T12:00:00Z","updated_at":"2026-01-31T12:00:00Z"}`

func TestAnswersThatBreakTheContractAreNoticed(t *testing.T) {
	t.Parallel()
	type answer struct {
		status int
		body   string
		header map[string]string
	}
	for name, test := range map[string]struct {
		path   string
		change func(*answer)
		breaks bool
	}{
		"what it says":               {one, func(*answer) {}, false},
		"another status":             {one, func(a *answer) { a.status = 202 }, true},
		"another media type":         {one, func(a *answer) { a.header["Content-Type"] = "text/plain" }, true},
		"a field too many":           {one, func(a *answer) { a.body = `{"x":1,` + account[1:] }, true},
		"a field too many in a list": {one[:len("/v1/accounts")], func(a *answer) { a.body = `{"items":[{"x":1,` + account[1:] + `]}` }, true},
		"a list":                     {one[:len("/v1/accounts")], func(a *answer) { a.body = `{"items":[` + account + `]}` }, false},
		"a field too few":            {one, func(a *answer) { a.body = `{}` }, true},
		"no JSON":                    {one, func(a *answer) { a.body = `{` }, true},
		"a header that is missing":   {one, func(a *answer) { delete(a.header, "ETag") }, true},
		"a header of another form":   {one, func(a *answer) { a.header["ETag"] = "3" }, true},
		"a header that nobody knows": {one, func(a *answer) { a.header["X-New"] = "1" }, true},
		"no request id":              {one, func(a *answer) { delete(a.header, "X-Request-Id") }, true},
		"a path that there is not":   {"/v1/x", func(*answer) {}, true},
		"a body that is not empty":   {one, func(a *answer) { a.status = 304 }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := answer{200, account, map[string]string{
				"Content-Type": "application/json", "ETag": `"3"`, "Event-Position": "7", "X-Request-Id": "r",
			}}
			test.change(&a)
			watched := &spy{TB: t}
			client := Client(watched, InProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for name, value := range a.header {
					w.Header().Set(name, value)
				}
				w.WriteHeader(a.status)
				_, _ = io.WriteString(w, a.body) // to a recorder
			})))
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://api"+test.path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			got, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if err := got.Body.Close(); err != nil {
				t.Fatal(err)
			}
			if watched.failed != test.breaks {
				t.Errorf("noticed: %t", watched.failed)
			}
		})
	}
}
