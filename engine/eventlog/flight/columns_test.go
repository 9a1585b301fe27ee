package flight

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

var parameter = regexp.MustCompile(`\$\d+`)

// The parameters of the SQL statements have the same order as the fields of the struct columns.
func TestColumnsAreTheParametersInOrder(t *testing.T) {
	t.Parallel()
	b := &Batch{}
	c := &b.columns
	own, tags, before := fieldsOf(c), fieldsOf(&b.tags), len(c.parameters())
	base, keys, claims := own[:before], own[before:before+len(c.keys())], own[before+len(c.keys()):]
	for _, one := range []struct {
		sql       string
		arguments []any
		fields    []reflect.StructField
	}{
		{appendSQL, c.parameters(), base},
		{appendKeyedSQL, c.keyedParameters(), slices.Concat(base, keys)},
		{appendTaggedSQL, slices.Concat(c.parameters(), b.tags.parameters()), slices.Concat(base, tags)},
		{appendTaggedKeyedSQL, slices.Concat(c.parameters(), b.tags.parameters(), c.keys()), slices.Concat(base, tags, keys)},
		{appendUniqueSQL, b.uniqueParameters(), slices.Concat(base, tags, keys, claims)},
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
		if got := parameter.FindAllString(one.sql, -1); !slices.Equal(got, want) {
			t.Errorf("%s: parameters are %v, want %v", one.sql, got, want)
		}
	}
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
