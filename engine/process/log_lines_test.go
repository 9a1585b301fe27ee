package process

import (
	"bytes"
	"strings"
	"testing"
)

// One log record is always one line, even if a value in it contains line breaks.
func TestALineOfTheLogIsOne(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"json", "text"} {
		var out bytes.Buffer
		NewLogger(Log{LogFormat: format}, &out).Info("said", "by", "somebody\r\n{\"level\":\"ERROR\"}\u2028\x1b[2J\x00")
		if said := out.String(); strings.Count(said, "\n") != 1 || strings.ContainsAny(said, "\r\x1b\x00") || !strings.Contains(said, `ERROR`) {
			t.Errorf("%s: %q", format, said)
		}
	}
}
