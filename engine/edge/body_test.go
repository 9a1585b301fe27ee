package edge

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

const (
	one      = "/v1/tanks/0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b"
	none     = "/v1/tanks/0197a1f2-5c3d-7e4f-8a9b-000000000000"
	tanks    = "/v1/tanks"
	fillings = "/v1/tanks/0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b/fillings"
	closure  = "/v1/tanks/0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b/closure"
)

func TestBadBodiesAreRefusedByField(t *testing.T) {
	t.Parallel()
	amount := "must be a whole number from 1 to 1000000000000 (unit: the tank's unit)"
	for name, test := range map[string]struct {
		path, body, field, detail string
	}{
		"a fraction":                       {fillings, `{"amount":1.5}`, "amount", amount},
		"a whole number with a point":      {fillings, `{"amount":1.0}`, "amount", amount},
		"a whole number with an exponent":  {fillings, `{"amount":1e3}`, "amount", amount},
		"a number in quotes":               {fillings, `{"amount":"5"}`, "amount", amount},
		"zero":                             {fillings, `{"amount":0}`, "amount", amount},
		"minus zero":                       {fillings, `{"amount":-0}`, "amount", amount},
		"a negative number":                {fillings, `{"amount":-1}`, "amount", amount},
		"one more than the most":           {fillings, `{"amount":1000000000001}`, "amount", amount},
		"more than 64 bits":                {fillings, `{"amount":9223372036854775808}`, "amount", amount},
		"a huge exponent":                  {fillings, `{"amount":1e400}`, "amount", amount},
		"null":                             {fillings, `{"amount":null}`, "amount", amount + ", and not null"},
		"null for what may be left out":    {fillings, `{"amount":1,"note":null}`, "note", "0 to 140 characters, or be left out, and not null"},
		"an object for a number":           {fillings, `{"amount":{}}`, "amount", amount},
		"a missing field":                  {fillings, `{}`, "amount", "is missing; " + amount},
		"an unknown field":                 {fillings, `{"amount":1,"x":1}`, "x", "is not a field"},
		"a field in another letter case":   {fillings, `{"AMOUNT":1}`, "AMOUNT", "is not a field"},
		"a field twice":                    {fillings, `{"amount":1,"amount":2}`, "amount", "is given twice"},
		"a field twice, in capitals":       {fillings, `{"amount":1,"AMOUNT":2}`, "AMOUNT", "is given twice"},
		"a field twice, escaped":           {fillings, `{"amount":1,"\u0061mount":2}`, "amount", "is given twice"},
		"a field twice, with a Kelvin":     {tanks, `{"k":1,"\u212A":2}`, "\u212a", "is given twice"},
		"a field twice, with an accent":    {tanks, `{"é":1,"É":2}`, "É", "is given twice"},
		"a field twice, further down":      {tanks, `{"place":{"a":1,"A":2},"unit":"litre"}`, "place.A", "is given twice"},
		"trailing data":                    {fillings, `{"amount":1}{"amount":2}`, "body", "one JSON value"},
		"trailing garbage":                 {fillings, `{"amount":1}x`, "body", "one JSON value"},
		"a NUL in text":                    {fillings, `{"amount":1,"note":"a\u0000b"}`, "note", "NUL"},
		"a NUL byte":                       {fillings, "{\"amount\":1,\"note\":\"a\x00b\"}", "note", "valid JSON"},
		"bytes that are no UTF-8":          {fillings, "{\"amount\":1,\"note\":\"a\xffb\"}", "note", "valid JSON in UTF-8"},
		"a lone high surrogate":            {fillings, `{"amount":1,"note":"\ud800"}`, "note", "valid JSON"},
		"a lone low surrogate":             {fillings, `{"amount":1,"note":"\udc00x"}`, "note", "valid JSON"},
		"text that is too long":            {fillings, `{"amount":1,"note":"` + strings.Repeat("é", 141) + `"}`, "note", "0 to 140 characters"},
		"no place":                         {tanks, `{"place":"","unit":"litre"}`, "place", "1 to 200 characters"},
		"a long place":                     {tanks, `{"place":"` + strings.Repeat("é", 201) + `","unit":"litre"}`, "place", "1 to 200 characters"},
		"a unit in capitals":               {tanks, `{"place":"roof","unit":"LITRE"}`, "unit", "litre"},
		"an id that is no UUID":            {tanks, `{"id":"7","place":"roof","unit":"litre"}`, "id", "UUID"},
		"an id in another form of UUID":    {tanks, `{"id":"{0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b}","place":"roof","unit":"litre"}`, "id", "UUID"},
		"an empty body":                    {fillings, ``, "body", "is empty"},
		"a body of spaces":                 {fillings, "  \n", "body", "is empty"},
		"an empty body for a closure":      {closure, ``, "body", "is empty"},
		"a field for a closure":            {closure, `{"a":1}`, "a", "is not a field"},
		"an array":                         {fillings, `[]`, "body", "must be an object"},
		"null as the body":                 {fillings, `null`, "body", "must be an object"},
		"a broken object":                  {fillings, `{"amount":1`, "body", "JSON"},
		"a comma too many":                 {fillings, `{"amount":1,}`, "body", "JSON"},
		"a comment":                        {fillings, `{"amount":1}//`, "body", "one JSON value"},
		"NaN":                              {fillings, `{"amount":NaN}`, "amount", "JSON"},
		"a leading zero":                   {fillings, `{"amount":01}`, "body", "JSON"},
		"nesting that is too deep":         {fillings, `{"amount":` + strings.Repeat("[", 500), "body", "levels deep"},
		"nesting that is deep and correct": {fillings, `{"amount":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, "body", "levels deep"},
		"more values than any needs":       {fillings, `{"amount":[` + strings.Repeat("1,", 2048) + `1]}`, "body", "2048 values"},
		"more objects than any needs":      {fillings, `{"amount":[` + strings.Repeat("{},", 2048) + `{}]}`, "body", "2048 values"},
		"more fields than any needs":       {fillings, objectOf(256 + 1), "body", "256 fields in one object"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newService()
			answer := send(t, f.client(t), http.MethodPost, test.path, test.body)
			if answer.status != 400 || *answer.problem(t).Code != "invalid_request" {
				t.Fatalf("got %d %s", answer.status, answer.body)
			}
			if got := answer.errorOf(t, test.field); !strings.Contains(got, test.detail) {
				t.Errorf("%s: got %q, want %q in it\n%s", test.field, got, test.detail, answer.body)
			}
			if f.command != nil {
				t.Errorf("the command %v was handled", f.command)
			}
		})
	}
}

func TestEveryBadFieldIsNamed(t *testing.T) {
	t.Parallel()
	body := `{"place":"","unit":"litres","x":1,"id":7}`
	answer := send(t, newService().client(t), http.MethodPost, tanks, body, "Idempotency-Key", "with space", "If-Match", "3")
	for _, field := range []string{"place", "unit", "x", "id", "Idempotency-Key", "If-Match"} {
		if answer.errorOf(t, field) == "" {
			t.Errorf("%s is not named: %s", field, answer.body)
		}
	}
}

func TestAnAnswerNamesTwentyFieldsAtMost(t *testing.T) {
	t.Parallel()
	answer := send(t, newService().client(t), http.MethodPost, fillings, objectOf(256))
	if got := len(*answer.problem(t).Errors); answer.status != 400 || got != 20 {
		t.Errorf("got %d with %d fields", answer.status, got)
	}
}

// objectOf returns a JSON object with fields that the contract does not know. The parameter count
// is the number of fields.
func objectOf(count int) string {
	members := make([]string, count)
	for i := range members {
		members[i] = fmt.Sprintf(`"x%d":1`, i)
	}
	return "{" + strings.Join(members, ",") + "}"
}

func TestOtherContentTypesAreRefused(t *testing.T) {
	t.Parallel()
	for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "application/json; charset=utf-16", "application/json; charset=utf8x", "application/jsonx", ";"} {
		answer := send(t, newService().client(t), http.MethodPost, fillings, `{"amount":1}`, "Content-Type", contentType)
		if answer.status != 415 {
			t.Errorf("%q: got %d", contentType, answer.status)
		}
	}
	answer := send(t, newService().client(t), http.MethodPost, fillings, `{"amount":1}`, "Content-Encoding", "gzip")
	if answer.status != 415 {
		t.Errorf("compressed: got %d", answer.status)
	}
	answer = send(t, newService().client(t), http.MethodPost, fillings, `{"amount":1}`, "Content-Type", "application/json; charset=utf-8", "Content-Encoding", "br")
	if answer.status != 415 {
		t.Errorf("compressed, with a charset: got %d", answer.status)
	}
	for _, headers := range []http.Header{
		{"Content-Type": {jsonType, "text/plain"}}, {"Content-Type": {jsonType, jsonType}}, {"Content-Type": {jsonType}, "Content-Encoding": {"", "gzip"}},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, fillings, strings.NewReader(`{"amount":1}`))
		maps.Copy(r.Header, headers)
		w := httptest.NewRecorder()
		if newService().handler(t).ServeHTTP(w, r); w.Code != 415 {
			t.Errorf("%v: got %d", headers, w.Code)
		}
	}
	for _, contentType := range []string{
		"application/json; charset=UTF-8", "application/json; charset=utf8", `application/json;charset="UTF8"`, "application/json; charset=csUTF8", "Application/JSON",
	} {
		answer := send(t, newService().client(t), http.MethodPost, fillings, `{"amount":1}`, "Content-Type", contentType)
		if answer.status != 200 {
			t.Errorf("%q: got %d %s", contentType, answer.status, answer.body)
		}
	}
}

func TestABodyOver64KiBIsRefused(t *testing.T) {
	t.Parallel()
	most := `{"amount":1,"note":"x"}`
	most += strings.Repeat(" ", 64<<10-len(most))
	if answer := send(t, newService().client(t), http.MethodPost, fillings, most); answer.status != 200 {
		t.Errorf("64 KiB: got %d %s", answer.status, answer.body)
	}
	if answer := send(t, newService().client(t), http.MethodPost, fillings, most+" "); answer.status != 413 {
		t.Errorf("a byte more: got %d %s", answer.status, answer.body)
	}
}

// unread is a request body. If a handler reads the body, the test fails.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, http.ErrBodyReadAfterClose
}

func TestALongBodyIsRefusedUnread(t *testing.T) {
	t.Parallel()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://api"+fillings, unread{t})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 64<<10 + 1
	r.Header.Set("Content-Type", jsonType)
	answer, err := newService().client(t).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 413 {
		t.Errorf("got %d", answer.StatusCode)
	}
}

// late is a request body that does not arrive before the server's read timeout.
type late struct{}

func (late) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

func TestABodyThatComesTooLateIs408(t *testing.T) {
	t.Parallel()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://api"+fillings, late{})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 12
	r.Header.Set("Content-Type", jsonType)
	answer, err := newService().client(t).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 408 {
		t.Errorf("got %d", answer.StatusCode)
	}
}

func TestALongBodyOfUnknownLengthIsRefused(t *testing.T) {
	t.Parallel()
	body := strings.NewReader(strings.Repeat(" ", 64<<10+1))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://api"+fillings, struct{ *strings.Reader }{body})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = -1
	r.Header.Set("Content-Type", jsonType)
	answer, err := newService().client(t).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 413 {
		t.Errorf("got %d", answer.StatusCode)
	}
}

// errorOf returns the text about a field from an answer with problem details. If the answer has no
// text about that field, errorOf returns "".
func (r reply) errorOf(t *testing.T, field string) string {
	t.Helper()
	problem := r.problem(t)
	if problem.Errors == nil {
		return ""
	}
	for _, e := range *problem.Errors {
		if e.Field == field {
			return e.Detail
		}
	}
	return ""
}
