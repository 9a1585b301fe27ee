package events_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// filled returns an event of the same type as empty, in which every field has a value, at any
// depth.
func filled(empty event.Event) event.Event {
	value := reflect.New(reflect.TypeOf(empty)).Elem()
	fill(value, "value", nil)
	e, _ := reflect.TypeAssert[event.Event](value)
	return e
}

// stored reports whether encoding/json stores a field.
func stored(field reflect.StructField) bool {
	return (field.IsExported() || field.Anonymous) && field.Tag.Get("json") != "-"
}

// fill sets v to a value that is not the zero value of its type. A list gets one element, and a map
// gets one entry. The parameter name is the field's name, and the parameter above lists the struct
// types that contain the field. If fill does not know the type of a field, fill leaves the field
// empty, and emptyIn reports the field.
func fill(v reflect.Value, name string, above []reflect.Type) {
	switch v.Type() {
	case reflect.TypeFor[event.Personal]():
		v.Set(reflect.ValueOf(event.AsEncrypted("encrypted.1.1." + name)))
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
	case encodesItself(v.Type()):
		fillByJSON(v, name)
	case v.Kind() == reflect.Struct:
		for field, inner := range v.Fields() {
			if stored(field) {
				fill(inner, field.Name, append(above, v.Type()))
			}
		}
	case v.Kind() == reflect.Pointer:
		if !holdsItself(v.Type(), above) {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), name, above)
		}
	case v.Kind() == reflect.Interface && v.NumMethod() == 0:
		v.Set(reflect.ValueOf("some " + name))
	case v.Kind() == reflect.Slice:
		if !holdsItself(v.Type(), above) {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), name, above)
		}
	case v.Kind() == reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), name, above)
		}
	case v.Kind() == reflect.Map:
		key, element := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, name, above)
		fill(element, name, above)
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

// holdsItself reports whether a pointer or list type is recursive: whether its element type is one
// of the struct types that contain it.
func holdsItself(kind reflect.Type, above []reflect.Type) bool {
	return (kind.Kind() == reflect.Pointer || kind.Kind() == reflect.Slice) && slices.Contains(above, kind.Elem())
}

// encodesItself reports whether a type has its own JSON form, like a date, a decimal or a number.
func encodesItself(kind reflect.Type) bool {
	pointer := reflect.PointerTo(kind)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) || kind == reflect.TypeFor[json.Number]()
}

// fillByJSON sets v by decoding a JSON text. fillByJSON tries several texts, and uses the first
// text that the value's type accepts and that does not give the zero value.
func fillByJSON(v reflect.Value, name string) {
	for _, text := range []string{`"2026-01-02"`, `"2026-01-02T03:04:05Z"`, `"some ` + name + `"`, `7`, `"7"`, `"7.50"`, `true`, `{}`, `[]`} {
		made := reflect.New(v.Type())
		if err := json.Unmarshal([]byte(text), made.Interface()); err == nil && !made.Elem().IsZero() {
			v.Set(made.Elem())
			return
		}
	}
}

// whole lists the types that are stored as one JSON value. The fields of these types are not
// examined.
var whole = []reflect.Type{
	reflect.TypeFor[event.Personal](), reflect.TypeFor[uuid.UUID](), reflect.TypeFor[time.Time](), reflect.TypeFor[json.RawMessage](),
}

// emptyIn returns the paths of an event's empty fields, at any depth. A golden file with an empty
// field would not test the stored form of that field.
func emptyIn(e event.Event) (empty []string) {
	for field, inner := range reflect.ValueOf(e).Fields() {
		if stored(field) {
			empty = append(empty, nothingIn(inner, field.Name, nil)...)
		}
	}
	return empty
}

// nothingIn returns the path of a value if the value is empty. Otherwise nothingIn returns the
// paths of the empty parts of the value.
func nothingIn(v reflect.Value, path string, above []reflect.Type) (empty []string) {
	if v.IsZero() {
		if holdsItself(v.Type(), above) {
			return nil // the recursion must end
		}
		return []string{path}
	}
	if slices.Contains(whole, v.Type()) || encodesItself(v.Type()) {
		return nil
	}
	switch v.Kind() { //nolint:exhaustive // the other kinds contain no values
	case reflect.Struct:
		for field, inner := range v.Fields() {
			if stored(field) {
				empty = append(empty, nothingIn(inner, path+"."+field.Name, append(above, v.Type()))...)
			}
		}
	case reflect.Pointer:
		return nothingIn(v.Elem(), path, above)
	case reflect.Slice:
		if v.Len() == 0 {
			return []string{path}
		}
		for i := range v.Len() {
			empty = append(empty, nothingIn(v.Index(i), fmt.Sprintf("%s[%d]", path, i), above)...)
		}
	case reflect.Map:
		if v.Len() == 0 {
			return []string{path}
		}
		for key, element := range v.Seq2() {
			empty = append(empty, nothingIn(element, fmt.Sprintf("%s[%v]", path, key), above)...)
		}
	}
	return empty
}

// everything is an event type with a field of each kind that services use.
type everything struct {
	Text    string            `json:"text"`
	Number  int32             `json:"number"`
	Rate    float64           `json:"rate"`
	On      bool              `json:"on"`
	Who     uuid.UUID         `json:"who"`
	At      time.Time         `json:"at"`
	Took    time.Duration     `json:"took"`
	Maybe   *int64            `json:"maybe"`
	Name    event.Personal    `json:"name"`
	Lines   []line            `json:"lines"`
	By      map[string][]line `json:"by"`
	Raw     json.RawMessage   `json:"raw"`
	Sum     [4]byte           `json:"sum"`
	Skipped string            `json:"-"`
	hidden  int
	Billing *line       `json:"billing"`
	Day     day         `json:"day"`
	Big     *big.Int    `json:"big"`
	Amount  json.Number `json:"amount"`
	Any     any         `json:"any"`
	Tree    *tree       `json:"tree"`
	line
}

// tree is a type that contains itself.
type tree struct {
	Name string `json:"name"`
	Left *tree  `json:"left"`
}

// day is a type with its own JSON form.
type day struct{ at time.Time }

func (d day) MarshalJSON() ([]byte, error) { return json.Marshal(d.at.Format(time.DateOnly)) }

func (d *day) UnmarshalJSON(text []byte) (err error) {
	d.at, err = time.Parse(`"`+time.DateOnly+`"`, string(text))
	return err
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
