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

// Versioned is a state whose meaning may change while its type does not. A higher number makes the
// snapshots of earlier versions ignored.
type Versioned interface{ StateVersion() int }

// ShapeOf returns a hash of the type and version of a kind of stream's state. It returns nil if the
// state can't be stored: it has an unexported field, or one that could hold anything.
func ShapeOf[S any](streamType string) []byte {
	hash, version := sha256.New(), 0
	if versioned, ok := any(new(S)).(Versioned); ok { // also if its receiver is a pointer
		version = versioned.StateVersion()
	}
	fmt.Fprintf(hash, "%q %d ", streamType, version)
	if !describe(hash, reflect.TypeFor[S](), make(map[reflect.Type]bool), false) {
		return nil
	}
	return hash.Sum(nil)
}

// describe writes everything that decides how a type is encoded, and reports whether it can be
// stored. Within a type that encodes itself everything can: what its methods write is unknown, but
// mostly changes with its fields.
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
	switch kind.Kind() { //nolint:exhaustive // the others are described by their names
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

// hasCode reports whether a type has a JSON form of its own, for encoding, decoding or both.
func hasCode(kind reflect.Type) bool {
	pointer := reflect.PointerTo(kind)
	return detach.EncodesItself(kind) || pointer.Implements(reflect.TypeFor[json.Marshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

// isLibrary reports whether a type is from the standard library, whose JSON forms never change.
func isLibrary(kind reflect.Type) bool {
	first, _, _ := strings.Cut(kind.PkgPath(), "/")
	ours, _, _ := strings.Cut(reflect.TypeFor[Versioned]().PkgPath(), "/")
	return first != "" && first != "main" && first != ours && !strings.Contains(first, ".")
}
