package contract

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/edge/contract/rules"
)

// anOperation is an OpenAPI contract with one operation. The operation's body is an object with
// three fields.
const anOperation = `{openapi: 3.0.3, info: {title: tanks, version: "1"}, paths: {/v1/tanks: {post: {
  requestBody: {content: {application/json: {schema: {type: object, additionalProperties: false, required: [owner, currency], properties: {
    owner: {type: string, minLength: 1, maxLength: 200}, currency: {type: string, pattern: "^[A-Z]{3}$"}, id: {type: string, format: uuid}}}}}},
  responses: {"200": {description: done}}}}}}`

// objectOf returns a JSON object with fields that the contract does not know. The parameter count
// is the number of fields.
func objectOf(count int) string {
	members := make([]string, count)
	for i := range members {
		members[i] = fmt.Sprintf(`"x%d":1`, i)
	}
	return "{" + strings.Join(members, ",") + "}"
}

// Equal bodies get equal errors, even if a body has more errors than are reported.
func TestEqualBodiesGetEqualErrors(t *testing.T) {
	t.Parallel()
	all, err := Read([]byte(anOperation))
	if err != nil {
		t.Fatal(err)
	}
	create, _ := all.Operation("POST /v1/tanks")
	var first string
	for i := range 10 {
		wrong := &rules.Problems{}
		create.checkBody(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody), []byte(objectOf(200)), wrong)
		got := wrong.Sorted().Error()
		if first = cmp.Or(first, got); got != first {
			t.Fatalf("body %d: %s\nwant %s", i, got, first)
		}
	}
}

// The memory for the check of a body is limited, even if the body has long field names and many
// errors. For example, the check must not copy a long field name for each value inside the field.
//
//nolint:paralleltest // the test counts the allocations of all goroutines
func TestLongNamesAreNotCopiedForEachValue(t *testing.T) {
	all, err := Read([]byte(anOperation))
	if err != nil {
		t.Fatal(err)
	}
	create, _ := all.Operation("POST /v1/tanks")
	name, alike := strings.Repeat("n", 55_000), make([]string, 250)
	for i := range alike {
		alike[i] = fmt.Sprintf(`"%s%d":1`, strings.Repeat("n", 240), i)
	}
	for what, body := range map[string]string{
		"items":         `{"` + name + `":[` + strings.Repeat("1,", 2000) + `1]}`,
		"items below":   `{"a":{"` + name + `":[` + strings.Repeat("1,", 2000) + `1]}}`,
		"fields":        `{"` + name + `":` + objectOf(200) + `}`,
		"a field twice": `{"` + name + `":{` + strings.Repeat(`"a":1,`, 1000) + `"a":1}}`,
		"names alike":   `{` + strings.Join(alike, ",") + `}`,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, wrong := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody), &rules.Problems{}
		create.checkBody(r, []byte(body), wrong)
		runtime.ReadMemStats(&after)
		if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 2<<20 || len(body) > mostBody || wrong.None() {
			t.Errorf("%s: a body of %d KB allocated %d KB: %d", what, len(body)>>10, bytes>>10, len(wrong.Sorted()))
		}
	}
}
