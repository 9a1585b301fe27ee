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
