package write

import (
	"crypto/sha256"
	"fmt"
	"io"
	"reflect"
)

// Versioned is a state whose meaning has changed while its type has not: raising the number has
// snapshots of the states before ignored.
type Versioned interface{ StateVersion() int }

// shapeOf returns a hash of what a state of a kind of stream is, nil if it can't be kept: it
// has a field that is not exported, or one that could be anything.
func shapeOf[S any](streamType string) []byte {
	hash, version := sha256.New(), 0
	if versioned, ok := any(*new(S)).(Versioned); ok {
		version = versioned.StateVersion()
	}
	fmt.Fprintf(hash, "%q %d ", streamType, version)
	if !describe(hash, reflect.TypeFor[S](), make(map[reflect.Type]bool)) {
		return nil
	}
	return hash.Sum(nil)
}

// describe writes all that decides how a type is encoded.
func describe(to io.Writer, kind reflect.Type, above map[reflect.Type]bool) bool {
	fmt.Fprintf(to, "%s %s ", kind.Kind(), kind)
	if encodesItself(kind) || above[kind] {
		return true
	}
	above[kind] = true
	defer delete(above, kind)
	switch kind.Kind() { //nolint:exhaustive // the others are said by their names
	case reflect.Struct:
		for field := range kind.Fields() {
			fmt.Fprintf(to, "%s %q ", field.Name, field.Tag)
			if !field.IsExported() || !describe(to, field.Type, above) {
				return false
			}
		}
	case reflect.Map:
		return describe(to, kind.Key(), above) && describe(to, kind.Elem(), above)
	case reflect.Array:
		fmt.Fprintf(to, "%d ", kind.Len())
		return describe(to, kind.Elem(), above)
	case reflect.Slice, reflect.Pointer:
		return describe(to, kind.Elem(), above)
	case reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
		return false
	}
	return true
}
