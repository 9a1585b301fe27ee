package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a new aggregate or projection declares where requests become commands has its name in it, so that two of
// different names never meet there.
func TestWhatIsBegunDeclaresItsOwnNames(t *testing.T) {
	t.Parallel()
	for _, like := range []example{anAggregate, aProjection} {
		text, err := os.ReadFile(filepath.Join("../..", like.page))
		if err != nil {
			t.Fatal(err)
		}
		looked := 0
		for _, file := range created.FindAllStringSubmatch(string(text), -1) {
			if !strings.HasPrefix(file[1], "internal/httpapi/") {
				continue
			}
			made, err := namesOf(file[1], file[2])
			if err != nil {
				t.Fatal(err)
			}
			for name := range made.names {
				if looked++; !strings.Contains(strings.ToLower(name), strings.TrimSuffix(like.name, "s")) {
					t.Errorf("%s: %s declares %s, which another could", like.page, file[1], name)
				}
			}
		}
		if looked < 2 {
			t.Errorf("%s: only %d names were found", like.page, looked)
		}
	}
}

// A name that would meet another in a package is refused before anything is written.
func TestNamesThatAreTaken(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{
		"answer": "import a package answer, and internal/httpapi/answer.go declares that name",
		"handle": "import a package handle",
		"spec":   "import two packages spec",
		"http":   "import two packages http",
	} {
		text, err := os.ReadFile(filepath.Join("../..", anAggregate.page))
		if err != nil {
			t.Fatal(err)
		}
		if err := refuseDeclared("../..", anAggregate.renamed(string(text), name)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", name, err, says)
		}
	}
	for _, free := range []string{"invoice", "parcel"} {
		text, err := os.ReadFile(filepath.Join("../..", anAggregate.page))
		if err != nil {
			t.Fatal(err)
		}
		if err := refuseDeclared("../..", anAggregate.renamed(string(text), free)); err != nil {
			t.Errorf("%s: %v", free, err)
		}
	}
}
