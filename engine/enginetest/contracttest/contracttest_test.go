package contracttest_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"example.com/pgcqrs/engine/edge/edgetest"
	"example.com/pgcqrs/engine/enginetest/contracttest"
)

// spy is a testing.TB that records a failure instead of failing the test.
type spy struct {
	testing.TB
	failed bool
}

func (s *spy) Helper()               {}
func (s *spy) Errorf(string, ...any) { s.failed = true }

const one = "/v1/tanks/0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b"

const aTank = `{"id":"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b","place":"roof","unit":"litre","level":5,"status":"open",` +
	`"version":3,"opened_at":"2026-01-31T12:00:00Z","updated_at":"2026-01-31T12:00:00Z"}`

type answer struct {
	status int
	body   string
	header map[string]string
}

// problem returns a function that changes an answer into a problem with this status and code, and
// adds the given headers.
func problem(status int, code string, headers ...string) func(*answer) {
	return func(a *answer) {
		a.status = status
		a.header = map[string]string{"Content-Type": "application/problem+json", "X-Request-Id": "r"}
		for i := 0; i < len(headers); i += 2 {
			a.header[headers[i]] = headers[i+1]
		}
		named := ""
		if code != "" {
			named = fmt.Sprintf(`"code":%q,`, code)
		}
		a.body = fmt.Sprintf(`{"type":"about:blank","title":"x","status":%d,%s"request_id":"r"}`, status, named)
	}
}

func TestAnswersThatBreakTheContractAreNoticed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path   string
		change func(*answer)
		breaks bool
	}{
		"what it says":                {one, func(*answer) {}, false},
		"another status":              {one, func(a *answer) { a.status = 202 }, true},
		"another media type":          {one, func(a *answer) { a.header["Content-Type"] = "text/plain" }, true},
		"a field too many":            {one, func(a *answer) { a.body = `{"x":1,` + aTank[1:] }, true},
		"a field too many in a list":  {one[:len("/v1/tanks")], func(a *answer) { a.body = `{"items":[{"x":1,` + aTank[1:] + `]}` }, true},
		"a list":                      {one[:len("/v1/tanks")], func(a *answer) { a.body = `{"items":[` + aTank + `]}` }, false},
		"a field too few":             {one, func(a *answer) { a.body = `{}` }, true},
		"no JSON":                     {one, func(a *answer) { a.body = `{` }, true},
		"a header that is missing":    {one, func(a *answer) { delete(a.header, "ETag") }, true},
		"a header of another form":    {one, func(a *answer) { a.header["ETag"] = "3" }, true},
		"a header that nobody knows":  {one, func(a *answer) { a.header["X-New"] = "1" }, true},
		"no request id":               {one, func(a *answer) { delete(a.header, "X-Request-Id") }, true},
		"a path that there is not":    {"/v1/x", func(*answer) {}, true},
		"a body that is not empty":    {one, func(a *answer) { a.status = 304 }, true},
		"a problem":                   {one, problem(404, "not_found"), false},
		"a status that it can't have": {one, problem(412, "precondition_failed"), true},
		"a code that it can't have":   {one, problem(404, "no_such_route"), true},
		"a code of nobody's":          {one, problem(503, "made_up", "Retry-After", "1"), true},
		"a rule of another operation": {one, problem(404, "too_little"), true},
		"a code of another status":    {one, problem(409, "not_found"), true},
		"no code":                     {one, problem(404, ""), true},
		"what nobody foresaw":         {one, problem(500, ""), false},
		"a header that it must have":  {one, problem(503, "unavailable"), true},
		"with the header":             {one, problem(503, "unavailable", "Retry-After", "1"), false},
		"no challenge":                {one, problem(401, "token_required"), true},
		"a challenge":                 {one, problem(401, "token_required", "WWW-Authenticate", "Bearer"), false},
		"a header of another status":  {one, problem(404, "not_found", "Allow", "GET"), true},
		"a header that it may have":   {one, problem(404, "not_found", "Event-Position", "7"), false},
		"the router's":                {"/v1/x", problem(404, "no_such_route"), false},
		"the router's, of another":    {"/v1/x", problem(404, "not_found"), true},
		"a problem of everybody's":    {"/readyz", problem(503, "not_ready", "Retry-After", "1"), false},
		"one that needs a token":      {"/readyz", problem(503, "unavailable", "Retry-After", "1"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := answer{200, aTank, map[string]string{
				"Content-Type": "application/json", "ETag": `"3"`, "Event-Position": "7", "X-Request-Id": "r",
			}}
			test.change(&a)
			watched := &spy{TB: t}
			client := edgetest.Answers().Client(watched, contracttest.InProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for name, value := range a.header {
					w.Header().Set(name, value)
				}
				w.WriteHeader(a.status)
				_, _ = io.WriteString(w, a.body) // a recorder never fails
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
