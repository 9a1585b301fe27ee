package contract

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/pgcqrs/engine/edge/problem"
)

// mostProblems bounds an answer: what is wrong beyond it is not named.
const mostProblems = 20

// mostField is how many bytes of a field's place are named.
const mostField = 100

// problems collects what is wrong with a request, once per field.
type problems struct {
	fields  problem.Invalid
	unknown map[string]bool // the objects whose unknown fields are among them
}

func (p *problems) add(field, rule, detail string) {
	if len(field) > mostField {
		field = strings.ToValidUTF8(field[:mostField], "") + "…"
	}
	for _, known := range p.fields {
		if known.Field == field {
			return
		}
	}
	if len(p.fields) < mostProblems {
		p.fields = append(p.fields, problem.FieldError{Field: field, Rule: &rule, Detail: detail})
	}
}

// sorted returns what is wrong in an order that does not change from answer to answer.
func (p *problems) sorted() problem.Invalid {
	slices.SortFunc(p.fields, func(a, b problem.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return p.fields
}

var visiting = []openapi3.SchemaValidationOption{
	openapi3.MultiErrors(), openapi3.VisitAsRequest(), openapi3.DisableSchemaErrorDetails(), formats,
}

// visit holds a value to its schema. path is "" for a body, else the value's name.
func (p *problems) visit(path string, value any, schema *openapi3.Schema) {
	p.integers(path, value, schema)
	p.collect(path, schema, schema.VisitJSON(value, visiting...))
}

// integers refuses what JSON Schema allows and we do not: 1.0 and 1e3, and what
// does not fit 64 bits.
func (p *problems) integers(path string, value any, schema *openapi3.Schema) {
	if schema == nil {
		return
	}
	switch value := value.(type) {
	case json.Number:
		if schema.Type.Is(openapi3.TypeInteger) && !isInteger(string(value)) {
			p.add(path, "integer", wording(schema))
		}
	case map[string]any:
		for name, member := range value {
			if ref := schema.Properties[name]; ref != nil {
				p.integers(join(path, name), member, ref.Value)
			}
		}
	case []any:
		if schema.Items == nil {
			return
		}
		for i, item := range value {
			p.integers(join(path, strconv.Itoa(i)), item, schema.Items.Value)
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

// collect translates kin-openapi's errors for a value of the schema; their wording may show values.
func (p *problems) collect(path string, schema *openapi3.Schema, err error) {
	switch err := err.(type) { //nolint:errorlint // kin-openapi returns them unwrapped
	case nil:
	case openapi3.MultiError:
		for _, e := range err {
			p.collect(path, schema, e)
		}
	case *openapi3.SchemaError:
		p.collectOne(path, schema, err)
	default:
		p.add(orBody(path), "schema", "is not what the contract asks for")
	}
}

func (p *problems) collectOne(path string, schema *openapi3.Schema, err *openapi3.SchemaError) {
	field := strings.Join(err.JSONPointer(), ".")
	if path != "" {
		field = join(path, field)
	}
	switch err.SchemaField {
	case "properties":
		p.addUnknown(field, err)
	case "required":
		missing := err.JSONPointer()[len(err.JSONPointer())-1]
		p.add(field, "required", "is missing; "+wording(err.Schema.Properties[missing].Value))
	case "nullable":
		p.add(orBody(field), "nullable", wording(err.Schema)+orLeftOut(schema, err.JSONPointer())+", and not null")
	default:
		p.add(orBody(field), err.SchemaField, wording(err.Schema))
	}
}

// orLeftOut says so of a member that an object of the schema need not have.
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

// addUnknown names each field of an object that its schema does not have, when the first error says that
// there is one: it says so only in prose, and there is one for each.
func (p *problems) addUnknown(path string, err *openapi3.SchemaError) {
	object, _ := err.Value.(map[string]any)
	if p.unknown[path] || len(p.fields) == mostProblems {
		return
	}
	if p.unknown == nil {
		p.unknown = map[string]bool{}
	}
	p.unknown[path] = true
	for name := range object {
		if err.Schema.Properties[name] == nil {
			p.add(join(path, name), "unknown", "is not a field of this request")
		}
	}
}

// join returns the place of a name, or of an item, below a path. What is longer than is named of it grows no
// more: it is joined for every value of a body, most of which nothing is wrong with.
func join(path, name string) string {
	if path == "" || name == "" || len(path) > mostField {
		return cmp.Or(path, name)
	}
	return path + "." + name
}

func orBody(field string) string {
	if field == "" {
		return "body"
	}
	return field
}

// wording says what a schema asks for, with its bounds and its unit. x-rule in
// the spec says it in its own words; x-unit is the unit.
func wording(schema *openapi3.Schema) string {
	if rule, ok := schema.Extensions["x-rule"].(string); ok {
		return rule
	}
	rule := "must be " + kind(schema)
	if unit, ok := schema.Extensions["x-unit"].(string); ok {
		rule += " (unit: " + unit + ")"
	}
	return rule
}

func kind(schema *openapi3.Schema) string {
	switch {
	case len(schema.Enum) > 0:
		return "one of " + strings.ReplaceAll(strings.Trim(fmt.Sprint(schema.Enum), "[]"), " ", ", ")
	case schema.Type.Is(openapi3.TypeInteger):
		return "a whole number" + bounds(schema)
	case schema.Type.Is(openapi3.TypeNumber):
		return "a number" + bounds(schema)
	case schema.Type.Is(openapi3.TypeString):
		return textKind(schema)
	case schema.Type.Is(openapi3.TypeBoolean):
		return "true or false"
	case schema.Type.Is(openapi3.TypeArray):
		if schema.MaxItems != nil {
			return fmt.Sprintf("an array of %d to %d items", schema.MinItems, *schema.MaxItems)
		}
		return "an array"
	case schema.Type.Is(openapi3.TypeObject):
		return "an object"
	}
	return "what the contract asks for"
}

func bounds(schema *openapi3.Schema) string {
	text := ""
	if schema.Min != nil {
		text += " from " + strconv.FormatFloat(*schema.Min, 'f', -1, 64)
	}
	if schema.Max != nil {
		text += " to " + strconv.FormatFloat(*schema.Max, 'f', -1, 64)
	}
	return text
}

func textKind(schema *openapi3.Schema) string {
	switch {
	case schema.Format == "uuid":
		return "a UUID, like 0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b"
	case schema.Format == "date-time":
		return "a time as RFC 3339 writes it, T and Z in capitals, like 2026-01-31T12:00:00Z"
	case schema.Format == "date":
		return "a date, like 2026-01-31"
	case schema.Format == "email":
		return "an e-mail address, like ada@example.com"
	case schema.MaxLength != nil:
		return fmt.Sprintf("text of %d to %d characters", schema.MinLength, *schema.MaxLength)
	case schema.Pattern != "":
		return "text that matches " + schema.Pattern
	}
	return "text"
}
