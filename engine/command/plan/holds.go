package plan

import "reflect"

// mayHold reports whether a value of one Go type (the parameter kind) may contain a value of
// another Go type (the parameter what).
func mayHold(kind, what reflect.Type, seen map[reflect.Type]bool) bool {
	if kind == what {
		return true
	}
	if seen[kind] {
		return false
	}
	seen[kind] = true
	switch kind.Kind() { //nolint:exhaustive // values of the other kinds contain no other value
	case reflect.Interface:
		return true
	case reflect.Struct:
		for field := range kind.Fields() {
			if mayHold(field.Type, what, seen) {
				return true
			}
		}
	case reflect.Map:
		return mayHold(kind.Key(), what, seen) || mayHold(kind.Elem(), what, seen)
	case reflect.Array, reflect.Slice, reflect.Pointer:
		return mayHold(kind.Elem(), what, seen)
	}
	return false
}
