package feed

import "strings"

// Types selects events by their type. Each entry is the name of a type, or the beginning of a name,
// followed by a star, such as account.*. An empty list selects all types.
type Types []string

// Has reports whether a type is selected.
func (t Types) Has(eventType string) bool {
	for _, one := range t {
		if prefix, star := strings.CutSuffix(one, "*"); one == eventType || star && strings.HasPrefix(eventType, prefix) {
			return true
		}
	}
	return len(t) == 0
}
