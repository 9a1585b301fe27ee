package rename

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/names"
)

// After adopt has turned a copy into a service, the README describes the service and links to the
// service's documents. The README does not explain how to name a service.
func TestREADMEOfAService(t *testing.T) {
	t.Parallel()
	renamed, _ := names.Names{Module: "github.com/acme/orders", Service: "orders"}.In(fileOf(t, "README.md"))
	readme := ofService(renamed, "orders")
	head, rest, _ := strings.Cut(readme, "\n## ")
	if !strings.HasPrefix(head, "# orders\n\norders is ") || !strings.Contains(head, "](docs/template/README.md)") || strings.Contains(head, "<!-- template -->") {
		t.Errorf("it begins with %s", head)
	}
	if strings.Contains(rest, "adopt github.com") || strings.Contains(rest, "Apache") {
		t.Errorf("it still speaks of the template: %s", rest)
	}
	for _, want := range []string{"Two commands\n", "\ngo run ./cmd/dev run ", "\ngo run ./cmd/dev test ", "<!-- curls -->\n", "-new-aggregate", "](docs/configuration.md)"} {
		if !strings.Contains(rest, want) {
			t.Errorf("it lacks %q: %s", want, rest)
		}
	}
	if again := ofService(readme, "orders"); again != readme {
		t.Error("it is changed twice")
	}
}

func fileOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
