package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Wording returns a text that says what a schema requires, with the limits, and with the unit from
// the schema's extension x-unit. If the schema has the extension x-rule, Wording returns the text
// of x-rule instead.
func Wording(schema *openapi3.Schema) string {
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
