// Package difference shows JSON to an operator: indented, with personal data hidden, and as a list
// of what has changed between two values.
//
// Code that compares or prints any JSON belongs in this package; it knows no event and no state,
// which engine/console/history reads. In
// reading order: show.go indents and hides; difference.go compares.
//
// Package difference has no table and no goroutine. It must never show an encrypted text: the text
// says nothing to an operator, and a reader could take it for the person's data.
package difference
