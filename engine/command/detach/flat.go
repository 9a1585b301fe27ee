package detach

import (
	"encoding"
	"encoding/json"
	"reflect"
	"sync"
	"time"
)

// EncodesItself reports whether a type has its own method for decoding JSON, as a decimal type has.
// A value of such a type may have pointers in unexported fields, which only the package of the type
// can copy.
func EncodesItself(kind reflect.Type) bool {
	pointer := reflect.PointerTo(kind)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

var flat sync.Map // maps a reflect.Type to a bool

// IsFlat reports whether an assignment copies a value of this type completely. A change of the copy
// then never changes the original value.
func IsFlat(kind reflect.Type) bool {
	if known, ok := flat.Load(kind); ok {
		is, _ := known.(bool) // the map contains only values of type bool
		return is
	}
	is := looksFlat(kind)
	flat.Store(kind, is)
	return is
}

func looksFlat(kind reflect.Type) bool {
	switch kind.Kind() { //nolint:exhaustive // values of the other kinds have no reference
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return false
	case reflect.Array:
		return IsFlat(kind.Elem())
	case reflect.Struct:
		if kind == reflect.TypeFor[time.Time]() { // a time.Time points to a time zone, which nothing changes
			return true
		}
		for field := range kind.Fields() {
			if !IsFlat(field.Type) {
				return false
			}
		}
	}
	return true
}
