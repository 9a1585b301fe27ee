package takeout

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"

	"example.com/pgcqrs/tools/adopt/sample"
	"example.com/pgcqrs/tools/adopt/shipped"
	"example.com/pgcqrs/tools/adopt/step"
	"example.com/pgcqrs/tools/adopt/template"
)

var refused = regexp.MustCompile(`(?m)^(?:vet: )?(?:\./)?([a-z]\S*?/\S+?\.go):\d+`)

// broken returns the tests that do not compile.
func broken(ctx context.Context, dir string, progress io.Writer) (map[string]bool, error) {
	found := make(map[string]bool)
	for _, module := range []string{".", template.Lab} { // the modules that may import the sample
		if _, err := os.Stat(filepath.Join(dir, module, "go.mod")); err != nil {
			continue
		}
		var said bytes.Buffer
		vet := step.Command(ctx, filepath.Join(dir, module), "vet", "-tags=all,docker", "./...")
		vet.Stdout, vet.Stderr = &said, &said
		err := step.Say(progress, "looking for tests that go with those, in "+module, step.SaidEvery, vet.Run)
		known := len(found)
		for _, file := range refused.FindAllStringSubmatch(said.String(), -1) {
			if name := sample.TestOf(path.Join(module, file[1])); name != "" {
				found[name] = true
			}
		}
		if err != nil && len(found) == known {
			return nil, fmt.Errorf("go vet: %w\n%s", err, said.String())
		}
	}
	return found, nil
}

// removeTests removes the tests that use the sample, and then the tests that no longer compile
// without the removed tests. If the folder of a test is in the list mixed, removeTests removes only
// the file of the test. Otherwise removeTests removes the whole folder of the test.
func removeTests(ctx context.Context, dir string, out, progress io.Writer) error {
	gone, err := sample.Tests(dir, ".")
	for err == nil && len(gone) > 0 {
		for _, name := range slices.Sorted(maps.Keys(gone)) {
			if err := shipped.Remove(dir, name, out); err != nil {
				return err
			}
		}
		gone, err = broken(ctx, dir, progress)
	}
	return err
}
