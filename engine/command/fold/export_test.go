package fold

import (
	"io"
	"reflect"
)

// Describe writes the description of a type. The shape of the type is a hash of this description.
func Describe(to io.Writer, kind reflect.Type) bool {
	return describe(to, kind, make(map[reflect.Type]bool), false)
}
