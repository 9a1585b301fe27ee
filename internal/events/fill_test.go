package events_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
)

// filled returns the event with something in every field, however deep.
func filled(empty events.Event) events.Event {
	value := reflect.New(reflect.TypeOf(empty)).Elem()
	fill(value, "value", 0)
	event, _ := reflect.TypeAssert[events.Event](value)
	return event
}

// stored reports whether encoding/json stores a field.
func stored(field reflect.StructField) bool {
	return (field.IsExported() || field.Anonymous) && field.Tag.Get("json") != "-"
}

// deepest bounds what fill makes of a type that holds itself.
const deepest = 8

// fill sets a value to something that is not its zero value: one element in a list, one entry
// in a map. The name is that of the field that the value is for. A kind that it does not know
// stays empty, and emptyIn names it.
func fill(v reflect.Value, name string, depth int) {
	switch v.Type() {
	case reflect.TypeFor[events.Personal]():
		v.Set(reflect.ValueOf(events.AsSealed("sealed.1.1." + name)))
		return
	case reflect.TypeFor[uuid.UUID]():
		v.Set(reflect.ValueOf(uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b")))
		return
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)))
		return
	case reflect.TypeFor[json.RawMessage]():
		v.SetBytes([]byte(`"some ` + name + `"`))
		return
	}
	switch {
	case depth == deepest:
	case v.Kind() == reflect.Struct:
		for field, inner := range v.Fields() {
			if stored(field) {
				fill(inner, field.Name, depth+1)
			}
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name, depth+1)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), name, depth+1)
	case v.Kind() == reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), name, depth+1)
		}
	case v.Kind() == reflect.Map:
		key, element := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, name, depth+1)
		fill(element, name, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, element)
	case v.Kind() == reflect.String:
		v.SetString("some " + name)
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(7)
	case v.CanUint():
		v.SetUint(7)
	case v.CanFloat():
		v.SetFloat(7.5)
	}
}

// whole are the types that are stored as one value, whatever fields they have.
var whole = []reflect.Type{
	reflect.TypeFor[events.Personal](), reflect.TypeFor[uuid.UUID](), reflect.TypeFor[time.Time](), reflect.TypeFor[json.RawMessage](),
}

// emptyIn returns the paths of an event's fields that hold nothing, however deep: a golden
// file that leaves a field empty freezes nothing of it.
func emptyIn(event events.Event) (empty []string) {
	for field, inner := range reflect.ValueOf(event).Fields() {
		if stored(field) {
			empty = append(empty, nothingIn(inner, field.Name)...)
		}
	}
	return empty
}

// nothingIn returns the path of a value if it is empty, else the paths of what is empty in it.
func nothingIn(v reflect.Value, path string) (empty []string) {
	if v.IsZero() {
		return []string{path}
	}
	if slices.Contains(whole, v.Type()) {
		return nil
	}
	switch v.Kind() { //nolint:exhaustive // the others hold nothing else
	case reflect.Struct:
		for field, inner := range v.Fields() {
			if stored(field) {
				empty = append(empty, nothingIn(inner, path+"."+field.Name)...)
			}
		}
	case reflect.Pointer:
		return nothingIn(v.Elem(), path)
	case reflect.Slice:
		if v.Len() == 0 {
			return []string{path}
		}
		for i := range v.Len() {
			empty = append(empty, nothingIn(v.Index(i), fmt.Sprintf("%s[%d]", path, i))...)
		}
	case reflect.Map:
		if v.Len() == 0 {
			return []string{path}
		}
		for key, element := range v.Seq2() {
			empty = append(empty, nothingIn(element, fmt.Sprintf("%s[%v]", path, key))...)
		}
	}
	return empty
}

// everything is an event with a field of every shape that people use.
type everything struct {
	Text    string            `json:"text"`
	Number  int32             `json:"number"`
	Rate    float64           `json:"rate"`
	On      bool              `json:"on"`
	Who     uuid.UUID         `json:"who"`
	At      time.Time         `json:"at"`
	Took    time.Duration     `json:"took"`
	Maybe   *int64            `json:"maybe"`
	Name    events.Personal   `json:"name"`
	Lines   []line            `json:"lines"`
	By      map[string][]line `json:"by"`
	Raw     json.RawMessage   `json:"raw"`
	Sum     [4]byte           `json:"sum"`
	Skipped string            `json:"-"`
	hidden  int
	Billing *line `json:"billing"`
	line
}

type line struct {
	Article string   `json:"article"`
	Wishes  []string `json:"wishes"`
}

func (everything) EventType() string  { return "everything" }
func (everything) SchemaVersion() int { return 1 }

func TestFilledLeavesNothingEmpty(t *testing.T) {
	t.Parallel()
	full := filled(everything{hidden: 0})
	if empty := emptyIn(full); len(empty) > 0 {
		t.Errorf("these are empty: %v", empty)
	}
	spoilt, _ := reflect.TypeAssert[everything](reflect.ValueOf(full))
	spoilt.Lines[0].Wishes, spoilt.Billing, spoilt.By = nil, nil, map[string][]line{"a": {{Article: "tea"}}}
	want := []string{"Lines[0].Wishes", "By[a][0].Wishes", "Billing"}
	if diff := cmp.Diff(want, emptyIn(spoilt)); diff != "" {
		t.Error(diff)
	}
}
