//go:build linux

package loglines

import (
	"os"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/logschema"
)

// A line that docs/logs.md does not describe is found. Lines that a kill has cut off, and the error
// with which a program ends, are not lines of the log.
func TestWrongLinesAreFound(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../../docs/logs.md")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := logschema.Read(string(page))
	if err != nil {
		t.Fatal(err)
	}
	const ended = `{"time":"2026-11-29T01:02:03.4Z","level":"INFO","msg":"ended"}`
	for log, want := range map[string]string{
		ended + "\n" + ended + "\n":                           "",
		`{"time":"2026-11-29T01:0` + ended + "\n" + ended[:9]: "",
		"api: listen on 127.0.0.1:1: in use\n":                "",
		"goroutine 1 [running]:\n":                            "is not JSON",
		strings.Replace(ended, "ended", "finished", 1) + "\n": `the message "finished" is not listed`,
	} {
		if got := compare(schema, "api0", log); (len(got.Wrong) > 0) != (want != "") || want != "" && !strings.Contains(got.Wrong[0], want) {
			t.Errorf("%q: got %+v", log, got)
		}
	}
}
