package http_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// bodyOf returns a request body that the OpenAPI contract allows for an operation. It is the
// example of the contract or, without an example, a body with only the required fields. For an
// operation without a body, bodyOf returns "".
func bodyOf(t *testing.T, op *openapi3.Operation) string {
	t.Helper()
	if op.RequestBody == nil {
		return ""
	}
	media := op.RequestBody.Value.Content.Get("application/json")
	value := media.Example
	if value == nil {
		value = valueOf(media.Schema.Value)
	}
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// valueOf returns a value that a schema allows: the example of the schema or, without an example, a
// small value.
func valueOf(schema *openapi3.Schema) any {
	switch {
	case schema.Example != nil:
		return schema.Example
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Type.Is(openapi3.TypeObject):
		fields := make(map[string]any)
		for _, name := range schema.Required {
			fields[name] = valueOf(schema.Properties[name].Value)
		}
		return fields
	case schema.Type.Is(openapi3.TypeArray):
		items := []any{}
		for range schema.MinItems {
			items = append(items, valueOf(schema.Items.Value))
		}
		return items
	case schema.Type.Is(openapi3.TypeBoolean):
		return true
	case schema.Type.Is(openapi3.TypeString):
		return stringOf(schema)
	}
	least := 1.0
	if schema.Min != nil {
		least = max(least, *schema.Min)
	}
	return least
}

func stringOf(schema *openapi3.Schema) string {
	forms := map[string]string{
		"uuid": "0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b", "date": "2126-01-31", "date-time": "2126-01-31T12:00:00Z", "email": "eve@example.com",
	}
	if form, ok := forms[schema.Format]; ok {
		return form
	}
	return strings.Repeat("x", int(max(1, schema.MinLength)))
}

// TestBodiesAreAllowed checks that the bodies from bodyOf conform to the contract. Otherwise other
// tests would fail because of a wrong body.
func TestBodiesAreAllowed(t *testing.T) {
	t.Parallel()
	schema := openapi3.NewObjectSchema().WithProperties(map[string]*openapi3.Schema{
		"name": openapi3.NewStringSchema().WithMinLength(3), "on": openapi3.NewBoolSchema(), "count": openapi3.NewInt64Schema().WithMin(5),
		"due": openapi3.NewStringSchema().WithFormat("date"), "lines": openapi3.NewArraySchema().WithMinItems(2).WithItems(openapi3.NewUUIDSchema()), "left": openapi3.NewStringSchema(),
	}).WithRequired([]string{"name", "on", "count", "due", "lines"})
	text, err := json.Marshal(valueOf(schema))
	if err != nil {
		t.Fatal(err)
	}
	var made any
	if err := json.Unmarshal(text, &made); err != nil {
		t.Fatal(err)
	}
	if err := schema.VisitJSON(made); err != nil {
		t.Errorf("%s: %v", text, err)
	}
	if strings.Contains(string(text), "left") || strings.Count(string(text), "0197a1f2") != 2 {
		t.Errorf("made %s", text)
	}
}
