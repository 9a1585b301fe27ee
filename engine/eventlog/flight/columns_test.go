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
	c := &columns{}
	fields, value := []string{}, reflect.ValueOf(c).Elem()
	for i := range value.NumField() {
		fields = append(fields, value.Type().Field(i).Name)
	}
	for sql, arguments := range map[string][]any{appendSQL: c.parameters(), appendKeyedSQL: c.keyedParameters(), appendUniqueSQL: c.uniqueParameters()} {
		var want []string
		for i := range arguments {
			want = append(want, fmt.Sprint("$", i+1))
			if got := reflect.TypeOf(arguments[i]); got != value.Type().Field(i).Type {
				t.Errorf("argument %d is %v, not %s", i+1, got, fields[i])
			}
		}
		if got := parameter.FindAllString(sql, -1); !slices.Equal(got, want) {
			t.Errorf("%s: parameters are %v, want %v", sql, got, want)
		}
	}
	if len(c.uniqueParameters()) != len(fields) {
		t.Errorf("%d of %d fields are sent", len(c.uniqueParameters()), len(fields))
	}
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
