package rules

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

var visiting = []openapi3.SchemaValidationOption{
	openapi3.MultiErrors(), openapi3.VisitAsRequest(), openapi3.DisableSchemaErrorDetails(), formats,
}

// Visit compares a value with its schema and adds an error for each difference. The parameter path
// is the name of a request parameter, or "" for a body.
func (p *Problems) Visit(path string, value any, schema *openapi3.Schema) {
	p.integers(path, value, schema)
	p.collect(path, schema, schema.VisitJSON(value, visiting...))
}

// integers adds an error for each number that JSON Schema accepts as an integer, but this API
// refuses: numbers like 1.0 and 1e3, and numbers that do not fit into 64 bits.
func (p *Problems) integers(path string, value any, schema *openapi3.Schema) {
	if schema == nil {
		return
	}
	switch value := value.(type) {
	case json.Number:
		if schema.Type.Is(openapi3.TypeInteger) && !isInteger(string(value)) {
			p.Add(path, "integer", Wording(schema))
		}
	case map[string]any:
		for name, member := range value {
			if ref := schema.Properties[name]; ref != nil {
				p.integers(Join(path, name), member, ref.Value)
			}
		}
	case []any:
		if schema.Items == nil {
			return
		}
		for i, item := range value {
			p.integers(Join(path, strconv.Itoa(i)), item, schema.Items.Value)
		}
	}
}

func isInteger(literal string) bool {
	digits := strings.TrimPrefix(literal, "-")
	if len(digits) > 1 && digits[0] == '0' || strings.HasPrefix(digits, "+") {
		return false
	}
	_, err := strconv.ParseInt(literal, 10, 64)
	return err == nil
}

// collect adds the errors that kin-openapi has found, with texts of this package. The texts of
// kin-openapi are not used, because they may contain values of the request.
func (p *Problems) collect(path string, schema *openapi3.Schema, err error) {
	switch err := err.(type) { //nolint:errorlint // kin-openapi returns its errors unwrapped
	case nil:
	case openapi3.MultiError:
		for _, e := range err {
			p.collect(path, schema, e)
		}
	case *openapi3.SchemaError:
		p.collectOne(path, schema, err)
	default:
		p.Add(OrBody(path), "schema", "is not what the contract asks for")
	}
}

func (p *Problems) collectOne(path string, schema *openapi3.Schema, err *openapi3.SchemaError) {
	field := strings.Join(err.JSONPointer(), ".")
	if path != "" {
		field = Join(path, field)
	}
	switch err.SchemaField {
	case "properties":
		p.addUnknown(field, err)
	case "required":
		missing := err.JSONPointer()[len(err.JSONPointer())-1]
		p.Add(field, "required", "is missing; "+Wording(err.Schema.Properties[missing].Value))
	case "nullable":
		p.Add(OrBody(field), "nullable", Wording(err.Schema)+orLeftOut(schema, err.JSONPointer())+", and not null")
	default:
		p.Add(OrBody(field), err.SchemaField, Wording(err.Schema))
	}
}

// orLeftOut returns a part of the error message about a value: the phrase ", or be left out" if the
// value is an optional member of an object, and "" otherwise. The parameter pointer is the path to
// the value.
func orLeftOut(schema *openapi3.Schema, pointer []string) string {
	for i, name := range pointer {
		member := schema.Items
		if schema.Type.Is(openapi3.TypeObject) {
			member = schema.Properties[name]
			if i == len(pointer)-1 && !slices.Contains(schema.Required, name) {
				return ", or be left out"
			}
		}
		if member == nil {
			break
		}
		schema = member.Value
	}
	return ""
}

// addUnknown compares the fields of an object with the object's schema, and adds an error for each
// field that the schema does not have. addUnknown compares the names itself, because kin-openapi
// reports an unknown field only in the text of an error.
func (p *Problems) addUnknown(path string, err *openapi3.SchemaError) {
	object, _ := err.Value.(map[string]any)
	if p.unknown[path] || len(p.fields) == mostProblems {
		return
	}
	if p.unknown == nil {
		p.unknown = map[string]bool{}
	}
	p.unknown[path] = true
	for _, name := range slices.Sorted(maps.Keys(object)) { // of many fields, only the first ones are reported
		if err.Schema.Properties[name] == nil {
			p.Add(Join(path, name), "unknown", "is not a field of this request")
		}
	}
}
