package contract

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/pgcqrs/engine/edge/contract/rules"
	"example.com/pgcqrs/engine/edge/contract/strictjson"
)

// A field that is added to the contract is checked without a change of code. The check works with
// every kind of schema that the field may have.
func TestSchemasThatTheSampleDoesNotUse(t *testing.T) {
	t.Parallel()
	schema := openapi3.NewObjectSchema().WithProperties(map[string]*openapi3.Schema{
		"list":  openapi3.NewArraySchema().WithItems(openapi3.NewInt64Schema().WithMax(5)).WithMaxItems(2),
		"yes":   openapi3.NewBoolSchema(),
		"ratio": openapi3.NewFloat64Schema().WithMin(0).WithMax(1),
		"day":   openapi3.NewStringSchema().WithPattern("^[a-z]+$"),
		"at":    openapi3.NewDateTimeSchema(),
		"due":   openapi3.NewStringSchema().WithFormat("date"),
		"email": openapi3.NewStringSchema().WithFormat("email").WithMaxLength(100),
		"inner": openapi3.NewObjectSchema().WithProperty("id", openapi3.NewUUIDSchema()).WithoutAdditionalProperties(),
		"items": openapi3.NewArraySchema().WithItems(openapi3.NewObjectSchema().WithProperties(map[string]*openapi3.Schema{
			"due":  openapi3.NewStringSchema().WithFormat("date"),
			"note": openapi3.NewStringSchema().WithMaxLength(9),
		}).WithRequired([]string{"due"}).WithoutAdditionalProperties()),
	}).WithoutAdditionalProperties()
	for body, want := range map[string]string{
		`{"list":[1,6]}`:                         "list.1: must be a whole number to 5",
		`{"list":[1.0]}`:                         "list.0: must be a whole number to 5",
		`{"list":[1,2,3]}`:                       "list: must be an array of 0 to 2 items",
		`{"yes":1}`:                              "yes: must be true or false",
		`{"ratio":1.5}`:                          "ratio: must be a number from 0 to 1",
		`{"ratio":0.5}`:                          "",
		`{"day":"MON"}`:                          "day: must be text that matches ^[a-z]+$",
		`{"at":"2026-02-28"}`:                    "at: must be a time as RFC 3339 writes it, T and Z in capitals, like 2026-01-31T12:00:00Z",
		`{"due":"tomorrow"}`:                     "due: must be a date, like 2026-01-31",
		`{"due":"2026-02-30"}`:                   "due: must be a date, like 2026-01-31",
		`{"due":"0000-01-01"}`:                   "due: must be a date, like 2026-01-31",
		`{"due":20260228}`:                       "due: must be a date, like 2026-01-31",
		`{"due":"2026-02-28"}`:                   "",
		`{"email":"ada"}`:                        "email: must be an e-mail address, like ada@example.com",
		`{"email":"ada@a.com"}`:                  "",
		`{"inner":{"id":"x"}}`:                   "inner.id: must be a UUID, like 0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b",
		`{"inner":{"x":1}}`:                      "inner.x: is not a field of this request",
		`{"items":[{"due":"2026-01-31"},{}]}`:    "items.1.due: is missing; must be a date, like 2026-01-31",
		`{"items":[{"due":"2026-1-31"}]}`:        "items.0.due: must be a date, like 2026-01-31",
		`{"items":[{"due":"2026-01-31","x":1}]}`: "items.0.x: is not a field of this request",
		`{"items":[{"due":"2026-01-31","due":"2026-02-28"}]}`: "items.0.due: is given twice; names that differ by letter case only count as the same",
		`{"items":[{"due":"2026-01-31","note":null}]}`:        "items.0.note: must be text of 0 to 9 characters, or be left out, and not null",
		`{"items":[{"due":null}]}`:                            "items.0.due: must be a date, like 2026-01-31, and not null",
		`{"items":[{"due":"2026-01-31"},7]}`:                  "items.1: must be an object",
		`{"inner":null}`:                                      "inner: must be an object, or be left out, and not null",
		`{"inner":{"":"\u0000"}}`:                             "inner: must not contain the character NUL (U+0000)",
	} {
		wrong := &rules.Problems{}
		wrong.Visit("", strictjson.Decode([]byte(body), wrong), schema)
		got := ""
		if fields := wrong.Sorted(); len(fields) > 0 {
			got = fields[0].Field + ": " + fields[0].Detail
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}
