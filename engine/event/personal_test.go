package event_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/event"
)

func TestPersonalHidesItself(t *testing.T) {
	t.Parallel()
	e := struct {
		Name event.Personal `json:"name"`
	}{event.Private("Zaphod")}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(format, e); strings.Contains(text, "Zaphod") {
			t.Errorf("%s prints %s", format, text)
		}
	}
	if text, err := json.Marshal(e); err == nil {
		t.Errorf("it is stored in clear: %s", text)
	}
	if text, err := json.Marshal(event.Private("")); err != nil || string(text) != `""` {
		t.Errorf("nothing is stored as %s, %v", text, err)
	}
}

// Parts returns the version and the ciphertext that NewEncrypted got. If a text is not an encrypted
// text, Parts returns an error.
func FuzzEncrypted(f *testing.F) {
	f.Add("encrypted.1.3.abc", int64(3))
	f.Add("encrypted.1..", int64(0))
	f.Add("John", int64(-1))
	f.Fuzz(func(t *testing.T, text string, version int64) {
		if _, ciphertext, err := event.AsEncrypted(text).Parts(); err == nil && !strings.HasSuffix(text, "."+ciphertext) {
			t.Fatalf("%q is read as %q", text, ciphertext)
		}
		back, ciphertext, err := event.NewEncrypted(version, text).Parts()
		if err != nil || back != version || ciphertext != text {
			t.Fatalf("%q in version %d comes back as %q in version %d: %v", text, version, ciphertext, back, err)
		}
	})
}
