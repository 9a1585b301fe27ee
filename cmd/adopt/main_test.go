//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fake is the source of a program that replaces tools/adopt in a temporary clone.
const fake = `package main

import (
	"fmt"
	"os"
)

func main() { fmt.Println(os.Args[1:], len(os.Getenv("LAUNCHED_FOR_SERVICE")) > 0); os.Exit(7) }
`

func TestItBecomesTheProgramOfItsClone(t *testing.T) {
	t.Parallel()
	root, program := t.TempDir(), filepath.Join(t.TempDir(), "thin")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, said)
	}
	if err := os.MkdirAll(filepath.Join(root, "tools/adopt"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"go.mod": "module example.com/fake\n\ngo 1.26\n", "tools/adopt/main.go": fake} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), program, "-yes", "github.com/acme/orders")
	command.Dir = root
	output, err := command.CombinedOutput()
	if code := command.ProcessState.ExitCode(); code != 7 || !strings.HasSuffix(string(output), "[-yes github.com/acme/orders] true\n") {
		t.Errorf("got exit code %d, %v and %q", code, err, output)
	}
}
