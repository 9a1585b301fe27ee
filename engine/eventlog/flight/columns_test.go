package flight

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var parameter = regexp.MustCompile(`\$\d+`)

// The parameters of the SQL statements are numbered in the order of the fields of the structs
// columns and tagColumns. If a statement names each parameter only once, it also names the
// parameters in that order.
func TestColumnsAreTheParametersInOrder(t *testing.T) {
	t.Parallel()
	b := &Batch{}
	c := &b.columns
	own, tags, before := fieldsOf(c), fieldsOf(&b.tags), len(c.parameters())
	base, keys, claims := own[:before], own[before:before+len(c.keys())], own[before+len(c.keys()):]
	streams, items := len(c.streams()), len(b.tags.conditions())
	tagged := slices.Concat(base[:streams], tags[:items], base[streams:], tags[items:])
	for _, one := range []struct {
		sql       string
		arguments []any
		fields    []reflect.StructField
	}{
		{appendSQL, c.parameters(), base},
		{appendKeyedSQL, c.keyedParameters(), slices.Concat(base, keys)},
		{appendTaggedSQL, b.taggedParameters(), tagged},
		{appendFullSQL, b.fullParameters(), slices.Concat(tagged, keys, claims)},
	} {
		if len(one.arguments) != len(one.fields) {
			t.Fatalf("%s: %d of %d fields are sent", one.sql, len(one.arguments), len(one.fields))
		}
		var want []string
		for i, field := range one.fields {
			want = append(want, fmt.Sprint("$", i+1))
			if got := reflect.TypeOf(one.arguments[i]); got != field.Type {
				t.Errorf("argument %d is %v, not %s", i+1, got, field.Name)
			}
		}
		got := first(parameter.FindAllString(one.sql, -1))
		if strings.Contains(one.sql, "CASE") {
			slices.SortFunc(got, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: parameters are %v, want %v", one.sql, got, want)
		}
	}
}

// first returns each parameter of a statement once, in the order in which the parameters first
// occur.
func first(parameters []string) (all []string) {
	for _, p := range parameters {
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// fieldsOf returns the fields of the struct to which a pointer points.
func fieldsOf(pointer any) (fields []reflect.StructField) {
	for field := range reflect.TypeOf(pointer).Elem().Fields() {
		fields = append(fields, field)
	}
	return fields
}

// The statements are sent without comments, so the server's log and pg_stat_activity show no
// comments.
func TestStatementsAreSentWithoutComments(t *testing.T) {
	t.Parallel()
	const want = `CALL append_flight(append_events( $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26 ))`
	if appendSQL != want {
		t.Errorf("got %s", appendSQL)
	}
}
