package fold

import (
	"io"
	"reflect"
)

// Describe writes the text from which the shape of a type is computed.
func Describe(to io.Writer, kind reflect.Type) bool {
	return describe(to, kind, make(map[reflect.Type]bool), false)
}
