//go:build linux

package search

import (
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// look finds a text in every encoding in which the text may be stored, and at every position in a
// file. look also reports whether it has found the text InClear. This text is stored unencrypted,
// so a search that works finds it.
func TestTextsAreFoundInFiles(t *testing.T) {
	t.Parallel()
	email := sample.EmailOf(uuid.New())
	for name, text := range map[string]string{
		"in clear":                    email,
		"a name":                      sample.FullNameOf(uuid.UUID{}),
		"in capitals":                 strings.ToUpper(email),
		"in hex":                      hex.EncodeToString([]byte(email)),
		"in base64":                   base64.StdEncoding.EncodeToString([]byte(email)),
		"in base64, one byte later":   base64.StdEncoding.EncodeToString([]byte("_" + email)),
		"in base64, two bytes later":  base64.RawURLEncoding.EncodeToString([]byte("__" + email)),
		"in base64, within a message": base64.URLEncoding.EncodeToString([]byte(`{"email":"` + email + `","name":""}`)),
	} {
		for _, before := range []int{0, 100, 4<<20 - 6, 4<<20 - 36, 9 << 20} {
			place, dir := &history.Searched{Has: true}, t.TempDir()
			content := strings.Repeat(".", before) + text + "...."
			if err := os.WriteFile(filepath.Join(dir, "table"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := lookInto(dir, func(string) *history.Searched { return place }); err != nil || len(place.Found) != 1 {
				t.Errorf("%s behind %d bytes: found %q, %v", name, before, place.Found, err)
			}
		}
	}
	place, dir := &history.Searched{}, t.TempDir()
	for name, content := range map[string]string{"one": strings.Repeat("-", 4<<20-4) + sample.InClear, "other": "Ada", "third": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := lookInto(dir, func(string) *history.Searched { return place }); err != nil || len(place.Found) > 0 || !place.Clear || place.Bytes != 4<<20+4+3 {
		t.Errorf("%+v, %v", place, err)
	}
}
