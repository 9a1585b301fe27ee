package opstest

import (
	"flag"
	"os"
	"testing"

	"example.com/pgcqrs/engine/process"
)

var update = flag.Bool("update", false, "write the configuration table into README.md")

// ReadmeShows holds README.md at the root of the repository, two folders above the program's, to the
// configuration of a program; with -update it writes the table.
func ReadmeShows(t *testing.T, program string, config any) {
	t.Helper()
	const readme = "../../README.md"
	have, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	want, err := process.Document(string(have), program, config)
	if err != nil {
		t.Fatal(err)
	}
	if want == string(have) {
		return
	}
	if !*update {
		t.Fatalf("README.md is not current: go test ./cmd/%s -update", program)
	}
	if err := os.WriteFile(readme, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
}
