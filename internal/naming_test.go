package internal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/internal/naming"
)

// nameless are the packages that serve any service: cmd tells them its name.
var nameless = []string{
	"auth", "database", "events/eventstore", "events/outbox", "events/seal", "ops", "ops/cli", "privacy", "read", "write",
}

// The service's name is one constant.
func TestTheEngineSpellsNoName(t *testing.T) {
	t.Parallel()
	for _, folder := range nameless {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Errorf("%s has %d files: %v", folder, len(files), err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			number := 0
			for line := range strings.Lines(strings.ReplaceAll(string(source), module, "")) {
				number++
				if strings.Contains(strings.ToLower(line), naming.Service) {
					t.Errorf("%s:%d spells the service's name: let cmd hand it over", file, number)
				}
			}
		}
	}
}
