package fold

import (
	"crypto/sha256"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	"example.com/pgcqrs/engine/command/detach"
)

// Versioned is implemented by a state whose meaning may change although its Go type stays the same.
// A release that changes the meaning returns a higher number from StateVersion. Snapshots of states
// with another number are then ignored.
type Versioned interface{ StateVersion() int }

// ShapeOf returns a hash of a state type and of the number that its method StateVersion returns. If
// states of the type can't be stored, ShapeOf returns nil. States can't be stored if the type has
// an unexported field, or a field of an interface type.
func ShapeOf[S any](streamType string) []byte {
	hash, version := sha256.New(), 0
	if versioned, ok := any(new(S)).(Versioned); ok { // new(S) also has the methods with a pointer receiver
		version = versioned.StateVersion()
	}
	fmt.Fprintf(hash, "%q %d ", streamType, version)
	if !describe(hash, reflect.TypeFor[S](), make(map[reflect.Type]bool), false) {
		return nil
	}
	return hash.Sum(nil)
}

// describe writes a description of a type: everything that determines how a value of the type is
// encoded as JSON. describe also reports whether such a value can be stored. A type with its own
// encoding methods can always be stored. describe can't know the output of these methods, so it
// describes the fields of the type: in most cases, the output changes only if the fields change.
func describe(to io.Writer, kind reflect.Type, above map[reflect.Type]bool, within bool) bool {
	fmt.Fprintf(to, "%s %s ", kind.Kind(), kind)
	if above[kind] {
		return true
	}
	if hasCode(kind) {
		if within = true; isLibrary(kind) {
			return true
		}
	}
	above[kind] = true
	defer delete(above, kind)
	switch kind.Kind() { //nolint:exhaustive // the names of the other kinds describe them completely
	case reflect.Struct:
		for field := range kind.Fields() {
			fmt.Fprintf(to, "%s %t %q ", field.Name, field.Anonymous, field.Tag)
			if !within && !field.IsExported() || !describe(to, field.Type, above, within) {
				return false
			}
		}
	case reflect.Map:
		return describe(to, kind.Key(), above, within) && describe(to, kind.Elem(), above, within)
	case reflect.Array:
		fmt.Fprintf(to, "%d ", kind.Len())
		return describe(to, kind.Elem(), above, within)
	case reflect.Slice, reflect.Pointer:
		return describe(to, kind.Elem(), above, within)
	case reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
		return within
	}
	return true
}

// hasCode reports whether a type has a method for encoding or for decoding JSON.
func hasCode(kind reflect.Type) bool {
	pointer := reflect.PointerTo(kind)
	return detach.EncodesItself(kind) || pointer.Implements(reflect.TypeFor[json.Marshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

// isLibrary reports whether a type is from the standard library. The types of the standard library
// never change their JSON form.
func isLibrary(kind reflect.Type) bool {
	first, _, _ := strings.Cut(kind.PkgPath(), "/")
	ours, _, _ := strings.Cut(reflect.TypeFor[Versioned]().PkgPath(), "/")
	return first != "" && first != "main" && first != ours && !strings.Contains(first, ".")
}
