package request

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

// traceparent returns only headers that are valid according to W3C Trace Context. correlationID
// returns only UUIDs.
func FuzzRequestHeaders(f *testing.F) {
	f.Add("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	f.Add("00-00000000000000000000000000000000-b7ad6b7169203331-01")
	f.Add("r-1")
	f.Add(uuid.NewString())
	f.Add("\n")
	f.Fuzz(func(t *testing.T, header string) {
		if kept := traceparent(header); kept != "" {
			if !strings.HasPrefix(header, kept) || len(kept) != 55 || strings.Contains(kept, "-00000000000000000000000000000000-") || strings.Contains(kept, "-0000000000000000-") {
				t.Fatalf("%q is kept as %q", header, kept)
			}
		}
		kept := correlationID(header, "otherwise")
		if kept != "otherwise" && (kept != strings.ToLower(header) || uuid.Validate(kept) != nil) {
			t.Fatalf("%q is kept as %q", header, kept)
		}
	})
}
