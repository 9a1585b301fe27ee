package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/internal/httpapi/contracttest"
)

func TestTheContractIsValidToItsExamples(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
}

func TestTheContractAndTheRoutesAreTheSame(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	var documented, routed []string
	for path, item := range document.Paths.Map() {
		for method := range item.Operations() {
			documented = append(documented, method+" "+path)
		}
	}
	routes, _ := newService().handler(t).(chi.Router)
	err = chi.Walk(routes, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if !strings.HasPrefix(route, "/docs/") {
			routed = append(routed, method+" "+route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(documented)
	slices.Sort(routed)
	if !slices.Equal(documented, routed) {
		t.Errorf("documented: %q\nrouted: %q", documented, routed)
	}
}

// Where there are too many connections every path but the probes' is answered 503.
func TestEveryOperationMayBeTurnedAway(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range document.Paths.Map() {
		if path == "/healthz" || path == "/readyz" || path == "/metrics" {
			continue
		}
		for method, op := range item.Operations() {
			codes, err := contracttest.Codes(item, op)
			if err != nil || codes["overloaded"] != http.StatusServiceUnavailable || op.Responses.Default() == nil {
				t.Errorf("%s %s: the contract has no 503 overloaded: %v", method, path, err)
			}
		}
	}
}

// A generated client that is strict must not break on a new field in an answer, and a request's fields are all known.
func TestAnswersMayGainFieldsAndRequestsMayNot(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	asked, answered := map[*openapi3.Schema]string{}, map[*openapi3.Schema]string{}
	for path, item := range document.Paths.Map() {
		for method, op := range item.Operations() {
			if op.RequestBody != nil {
				eachObject(op.RequestBody.Value.Content, method+" "+path, asked)
			}
			for status, response := range op.Responses.Map() {
				eachObject(response.Value.Content, method+" "+path+" "+status, answered)
			}
		}
	}
	for schema, where := range asked {
		if open := schema.AdditionalProperties; open.Has == nil || *open.Has {
			t.Errorf("%s takes fields that nobody knows: say additionalProperties: false", where)
		}
	}
	for schema, where := range answered {
		if closed := schema.AdditionalProperties.Has; asked[schema] == "" && closed != nil && !*closed {
			t.Errorf("%s can't gain a field without breaking clients: leave additionalProperties: false out", where)
		}
	}
}

// eachObject finds the objects with fields of their own in a body, and notes where they are.
func eachObject(body openapi3.Content, where string, found map[*openapi3.Schema]string) {
	var visit func(ref *openapi3.SchemaRef, where string)
	visit = func(ref *openapi3.SchemaRef, where string) {
		if ref == nil || found[ref.Value] != "" {
			return
		}
		if ref.Value.Type.Is(openapi3.TypeObject) && ref.Value.AdditionalProperties.Schema == nil {
			found[ref.Value] = where
		}
		for name, member := range ref.Value.Properties {
			visit(member, where+"."+name)
		}
		visit(ref.Value.Items, where+"[]")
	}
	for _, content := range body {
		visit(content.Schema, where)
	}
}

// A client that reads JSON's numbers as floating point, as JavaScript does, must read them right.
func TestNoNumberIsAboveWhatJSONReadersHold(t *testing.T) {
	t.Parallel()
	const most = 1<<53 - 1
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	for name, ref := range document.Components.Schemas {
		for field, member := range ref.Value.Properties {
			if largest := member.Value.Max; largest != nil && *largest > most {
				t.Errorf("%s.%s may be %.0f", name, field, *largest)
			}
		}
		if largest := ref.Value.Max; largest != nil && *largest > most {
			t.Errorf("%s may be %.0f", name, *largest)
		}
	}
}

// Whoever adds a field to the spec gets it checked, whatever its schema.
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
		wrong := &problems{}
		wrong.visit("", decode([]byte(body), wrong), schema)
		got := ""
		if len(wrong.fields) > 0 {
			got = wrong.fields[0].Field + ": " + wrong.fields[0].Detail
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}
