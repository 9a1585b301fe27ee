//go:build linux

package evidence

import (
	"fmt"
)

// Verdict is what a check has found.
type Verdict struct {
	Name       string   `json:"name"`
	Guarantee  string   `json:"guarantee"`
	Looked     int      `json:"looked_at"` // a check that looked at nothing proves nothing
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
