package detach

import (
	"encoding"
	"encoding/json"
	"reflect"
	"sync"
	"time"
)

// EncodesItself reports whether a type has a JSON form of its own, as a decimal has: such a value
// may refer to something by fields that only its package can copy.
func EncodesItself(kind reflect.Type) bool {
	pointer := reflect.PointerTo(kind)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

var flat sync.Map // reflect.Type → bool

// IsFlat reports whether a copy of a value of this type shares with it nothing that could be
// changed in place.
func IsFlat(kind reflect.Type) bool {
	if known, ok := flat.Load(kind); ok {
		is, _ := known.(bool) // nothing else is stored
		return is
	}
	is := looksFlat(kind)
	flat.Store(kind, is)
	return is
}

func looksFlat(kind reflect.Type) bool {
	switch kind.Kind() { //nolint:exhaustive // the others are references
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return false
	case reflect.Array:
		return IsFlat(kind.Elem())
	case reflect.Struct:
		if kind == reflect.TypeFor[time.Time]() { // nothing changes the time zone that it points to
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
