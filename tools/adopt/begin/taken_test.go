package begin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/declared"
	"example.com/pgcqrs/tools/adopt/paste"
)

// Every declaration that a new aggregate or projection adds to internal/httpapi contains the name
// of the aggregate or projection. So two of them with different names never declare the same
// identifier.
func TestWhatIsBegunDeclaresItsOwnNames(t *testing.T) {
	t.Parallel()
	for _, like := range []Example{Aggregate, Projection} {
		text, err := os.ReadFile(filepath.Join("../../..", like.Page))
		if err != nil {
			t.Fatal(err)
		}
		looked := 0
		for _, file := range paste.Created.FindAllStringSubmatch(string(text), -1) {
			if !strings.HasPrefix(file[1], "internal/httpapi/") {
				continue
			}
			made, err := declared.Of(file[1], file[2])
			if err != nil {
				t.Fatal(err)
			}
			for name := range made.Declared {
				if looked++; !strings.Contains(strings.ToLower(name), strings.TrimSuffix(like.name, "s")) {
					t.Errorf("%s: %s declares %s, which another could", like.Page, file[1], name)
				}
			}
		}
		if looked < 2 {
			t.Errorf("%s: only %d names were found", like.Page, looked)
		}
	}
}

// If a declaration of the package already has the new name, adopt refuses the name before it writes
// any file.
func TestNamesThatAreTaken(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{
		"answer": "import a package answer, but internal/httpapi/answer.go declares that name",
		"handle": "import a package handle",
		"spec":   "import two packages spec",
		"http":   "import two packages http",
	} {
		text, err := os.ReadFile(filepath.Join("../../..", Aggregate.Page))
		if err != nil {
			t.Fatal(err)
		}
		if err := refuseDeclared("../../..", Aggregate.renamed(string(text), name)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", name, err, says)
		}
	}
	for _, free := range []string{"invoice", "parcel"} {
		text, err := os.ReadFile(filepath.Join("../../..", Aggregate.Page))
		if err != nil {
			t.Fatal(err)
		}
		if err := refuseDeclared("../../..", Aggregate.renamed(string(text), free)); err != nil {
			t.Errorf("%s: %v", free, err)
		}
	}
}

// If the engine already creates a table with the new name, adopt refuses the name, because the new
// migration would fail.
func TestTablesOfTheEngineAreTaken(t *testing.T) {
	t.Parallel()
	for name, taken := range map[string]bool{"checkpoint": true, "snapshot": true, "erasure": true, "issuer": true, "chain_link": true, "person": false, "invoice": false} {
		if err := refuseTaken("../../..", name, "s"); (err != nil) != taken {
			t.Errorf("%s: %v", name, err)
		}
	}
}
