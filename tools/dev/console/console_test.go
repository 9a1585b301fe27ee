package console

import (
	"strings"
	"testing"
)

func TestLastLinesOfAChildAreKept(t *testing.T) {
	t.Parallel()
	output := NewPrefixed("child")
	for range keptLines {
		if _, err := output.Write([]byte("before\n")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := output.Write([]byte("why\nhalf a li")); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(output.Last(), "\n")
	if len(lines) != keptLines+1 || lines[keptLines-1] != "  why" || lines[keptLines] != "  half a li" {
		t.Errorf("got %q", lines)
	}
}

// Each form of the line with which a program says that it listens is recognised, and no other line.
func TestListeningIsRecognised(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		`{"time":"2026-11-29T01:02:03Z","level":"INFO","msg":"listening","server":"api"}`:       true,
		"01:02:03.004 INFO  listening                        server=api address=127.0.0.1:8080": true,
		"time=2026-11-29T01:02:03Z level=INFO msg=listening server=api":                         true,
		"01:02:03.004 WARN  listening failed, the poll goes on error=x":                         false,
		`01:02:03.004 INFO  said                             msg="x listening "`:                false,
	} {
		output := NewPrefixed("child")
		if _, err := output.Write([]byte(line + "\n")); err != nil {
			t.Fatal(err)
		}
		if output.Listening() != want {
			t.Errorf("%s: got %t", line, output.Listening())
		}
	}
}
