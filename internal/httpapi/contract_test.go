package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/api"
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

// If too many requests arrive, each operation except the probes may answer 503. The contract must
// say so.
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
			codes := answers().Codes(item, op)
			if codes["overloaded"] != http.StatusServiceUnavailable || op.Responses.Default() == nil {
				t.Errorf("%s %s: the contract has no 503 overloaded", method, path)
			}
		}
	}
}

// In the contract, answers allow unknown fields. Otherwise a strict generated client would fail at
// a new field in an answer. Requests allow only known fields.
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

// eachObject collects all schemas of objects with fields in a body. In the map found, the key is
// the schema, and the value is the path of the schema in the body.
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

// Some clients, such as JavaScript, parse JSON numbers as floating point. Every number of the
// contract is within the range that these clients read exactly.
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

// If an operation can answer with text/event-stream, the contract must describe the streaming
// answer. It must say that the answer has no ETag and no Event-Position, and that proxies must not
// buffer the answer. It must also say that the client can resume the answer, and that the API can
// refuse the requested form.
func TestStreamingAnswersAreDescribed(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	streaming := 0
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			answer := operation.Responses.Value("200")
			if answer == nil || answer.Value.Content["text/event-stream"] == nil {
				continue
			}
			streaming++
			for _, name := range []string{"ETag", "Event-Position"} {
				if header := answer.Value.Headers[name]; header != nil && header.Value.Required {
					t.Errorf("%s %s requires the header %s, which a streaming answer does not have", method, path, name)
				}
			}
			if answer.Value.Headers["X-Accel-Buffering"] == nil {
				t.Errorf("%s %s lacks the header X-Accel-Buffering", method, path)
			}
			if operation.Parameters.GetByInAndName("header", "Last-Event-ID") == nil {
				t.Errorf("%s %s lacks the parameter Last-Event-ID", method, path)
			}
			for _, code := range []any{"not_acceptable", "position_ahead"} {
				if listed, _ := operation.Extensions["x-problems"].([]any); !slices.Contains(listed, code) {
					t.Errorf("%s %s lacks %s in its x-problems", method, path, code)
				}
			}
		}
	}
	if streaming == 0 {
		t.Error("no operation answers with text/event-stream")
	}
}
