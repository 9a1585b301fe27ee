//go:build linux

package promotion

import (
	"slices"
)

func Loses(kind string) bool {
	return slices.ContainsFunc(Ways(true), func(p Way) bool { return p.Kind == kind })
}
