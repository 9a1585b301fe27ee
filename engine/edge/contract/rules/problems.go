package rules

import (
	"cmp"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/edge/problem"
)

// mostProblems bounds an answer: what is wrong beyond it is not named.
const mostProblems = 20

// mostField is how many bytes of a field's place are named.
const mostField = 100

// Problems collects what is wrong with a request, once per field.
type Problems struct {
	fields  problem.Invalid
	unknown map[string]bool // the objects whose unknown fields are among them
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

// None says whether nothing is wrong.
func (p *Problems) None() bool { return len(p.fields) == 0 }

// Sorted returns what is wrong in an order that does not change from answer to answer.
func (p *Problems) Sorted() problem.Invalid {
	slices.SortFunc(p.fields, func(a, b problem.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return p.fields
}

// Join returns the place of a name, or of an item, below a path. What is longer than is named of it grows no
// more: it is joined for every value of a body, most of which nothing is wrong with.
func Join(path, name string) string {
	if path == "" || name == "" || len(path) > mostField {
		return cmp.Or(path, name)
	}
	return path + "." + name
}

// OrBody returns a field, or what the body as a whole is called.
func OrBody(field string) string {
	if field == "" {
		return "body"
	}
	return field
}
