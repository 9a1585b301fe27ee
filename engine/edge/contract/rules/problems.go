package rules

import (
	"cmp"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/edge/problem"
)

// mostProblems limits the number of errors in an answer. Further errors are left out.
const mostProblems = 20

// mostField is the maximum number of bytes of a field's name that an answer shows.
const mostField = 100

// Problems collects the errors in a request, at most one error per field.
type Problems struct {
	fields  problem.Invalid
	unknown map[string]bool // paths of the objects whose unknown fields were already added
}

// Add adds the error that a field violates a rule. If the field already has an error, Add does
// nothing.
func (p *Problems) Add(field, rule, detail string) {
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

// None reports whether there are no errors.
func (p *Problems) None() bool { return len(p.fields) == 0 }

// Sorted returns the errors, sorted by the names of their fields.
func (p *Problems) Sorted() problem.Invalid {
	slices.SortFunc(p.fields, func(a, b problem.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return p.fields
}

// Join appends the name of a field, or the index of an array item, to a path. If the path is
// already longer than an answer may show, Join returns the path unchanged. This saves time, because
// Join is called for every value of a body.
func Join(path, name string) string {
	if path == "" || name == "" || len(path) > mostField {
		return cmp.Or(path, name)
	}
	return path + "." + name
}

// OrBody returns the name of a field with an error. If the name is "", the error is about the whole
// body, and OrBody returns "body".
func OrBody(field string) string {
	if field == "" {
		return "body"
	}
	return field
}
