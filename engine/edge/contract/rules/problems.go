package rules

import (
	"cmp"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/edge/problem"
)

// mostProblems bounds an answer: problems after it are left out.
const mostProblems = 20

// mostField is how many bytes of a field's name are shown.
const mostField = 100

// Problems collects what is wrong with a request, at most one problem per field.
type Problems struct {
	fields  problem.Invalid
	unknown map[string]bool // the objects whose unknown fields were added
}

// Add notes that a field breaks a rule, unless something is wrong with it already.
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

// None reports whether nothing is wrong.
func (p *Problems) None() bool { return len(p.fields) == 0 }

// Sorted returns what is wrong, in an order that is the same for each answer.
func (p *Problems) Sorted() problem.Invalid {
	slices.SortFunc(p.fields, func(a, b problem.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return p.fields
}

// Join returns the name of a field, or of an item, below a path. A path that is longer than an
// answer shows does not grow any more: Join is called for every value of a body, most of which are
// right.
func Join(path, name string) string {
	if path == "" || name == "" || len(path) > mostField {
		return cmp.Or(path, name)
	}
	return path + "." + name
}

// OrBody returns a field's name, or "body" for the body as a whole.
func OrBody(field string) string {
	if field == "" {
		return "body"
	}
	return field
}
