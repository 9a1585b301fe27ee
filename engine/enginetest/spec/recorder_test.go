package spec_test

import (
	"fmt"
	"strings"
	"testing"
)

// recorder is a testing.TB that records failures instead of failing the test.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

// says expects exactly one recorded failure, whose text contains the reason, and clears the record.
func (r *recorder) says(what, reason string) {
	r.Helper()
	if all := strings.Join(r.said, "\n"); !strings.Contains(all, reason) {
		r.TB.Errorf("%s: it says %q, want %q in it", what, all, reason)
	}
	r.said = nil
}

// isQuiet expects that no failure was recorded.
func (r *recorder) isQuiet(what string) {
	r.Helper()
	if len(r.said) > 0 {
		r.TB.Errorf("%s: it says %s", what, r.said)
	}
	r.said = nil
}
