package foreign

import (
	"strings"
	"testing"
)

func TestAnErrorNeverHoldsThePassword(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"postgres://u:secret@127.0.0.1:port/x", "postgres://u:se cret@h/x", "host=127.0.0.1 password='secret", "://secret",
		"postgres://u:secret@127.0.0.1/x?sslrootcert=/missing&sslmode=verify-full", "postgres://u:secret@127.0.0.1:1/x",
	} {
		if err := Refuse(t.Context(), "DATABASE_URL", url); err == nil || strings.Contains(err.Error(), "cret") {
			t.Errorf("%s: got %v", url, err)
		}
	}
}
