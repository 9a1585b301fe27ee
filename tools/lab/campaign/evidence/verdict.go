//go:build linux

package evidence

import (
	"fmt"
)

// Verdict is the result of a check.
type Verdict struct {
	Name       string   `json:"name"`
	Guarantee  string   `json:"guarantee"`
	Looked     int      `json:"looked_at"` // a check with 0 proves nothing
	Count      int      `json:"violations"`
	Violations []string `json:"examples,omitempty"`
}

const examples = 5

func (v *Verdict) Violated(format string, args ...any) {
	v.Count++
	if len(v.Violations) < examples {
		v.Violations = append(v.Violations, fmt.Sprintf(format, args...))
	}
}
