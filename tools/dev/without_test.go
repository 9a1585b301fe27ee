package main

import (
	"os/exec"
	"testing"
)

func TestQuotedValuesAreReadBackByAShell(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", "postgres://u:p@127.0.0.1:5432/x?sslmode=disable", "a&b; c", "it's $HOME", `"x"`} {
		output, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", "V="+quoted(value)+`; printf %s "$V"`).Output()
		if err != nil || string(output) != value {
			t.Errorf("%q as %s: got %q, %v", value, quoted(value), output, err)
		}
	}
}
