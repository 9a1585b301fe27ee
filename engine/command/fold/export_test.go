package fold

import (
	"io"
	"reflect"
)

// Describe writes what a shape is the hash of.
func Describe(to io.Writer, kind reflect.Type) bool {
	return describe(to, kind, make(map[reflect.Type]bool), false)
}
