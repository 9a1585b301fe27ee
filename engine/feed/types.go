package feed

import "strings"

// Types selects events by their type: each is a type, or the beginning of some with a star, as in
// account.*. None selects all.
type Types []string

// Has says whether a type is selected.
func (t Types) Has(eventType string) bool {
	for _, one := range t {
		if prefix, star := strings.CutSuffix(one, "*"); one == eventType || star && strings.HasPrefix(eventType, prefix) {
			return true
		}
	}
	return len(t) == 0
}
