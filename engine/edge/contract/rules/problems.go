package rules

import (
	"cmp"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/edge/problem"
)

// mostProblems limits the number of errors in an answer. Further errors are left out.
const mostProblems = 20

// mostField is how many bytes of a field's name are shown in an answer.
const mostField = 100

// Problems collects the errors in a request, at most one error per field.
type Problems struct {
	fields  problem.Invalid
	unknown map[string]bool // paths of the objects whose unknown fields were already added
}

// Add adds the error that a field breaks a rule, unless the field already has an error.
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

// None reports whether no error was added.
func (p *Problems) None() bool { return len(p.fields) == 0 }

// Sorted returns the errors in the order of their fields, so that equal requests get equal
// answers.
func (p *Problems) Sorted() problem.Invalid {
	slices.SortFunc(p.fields, func(a, b problem.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return p.fields
}

// Join appends the name of a field, or the index of an item, to a path. Join does not lengthen a
// path that is longer than an answer shows, to save time: Join is called for every value of a
// body, and most values have no error.
func Join(path, name string) string {
	if path == "" || name == "" || len(path) > mostField {
		return cmp.Or(path, name)
	}
	return path + "." + name
}

// OrBody returns the field's name, or "body" if the name is "", for the body as a whole.
func OrBody(field string) string {
	if field == "" {
		return "body"
	}
	return field
}
