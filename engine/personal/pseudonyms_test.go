package personal

import (
	"regexp"
	"testing"
)

// A subject always has the same pseudonym under a key, and another one under another key.
func TestPseudonyms(t *testing.T) {
	t.Parallel()
	one, again, other := Pseudonyms([]byte("key")), Pseudonyms([]byte("key")), Pseudonyms([]byte("other key"))
	if got := one("ada@example.com"); got != again("ada@example.com") || got == other("ada@example.com") || got == one("bob@example.com") || !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(got) {
		t.Errorf("got %q", got)
	}
}
