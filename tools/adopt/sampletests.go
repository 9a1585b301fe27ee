package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// ofSample is what only the sample's own code and tests say.
var ofSample = regexp.MustCompile(`/v1/(accounts|customers)\b|\bevents\.(Account|Customer|Money)|/internal/(write/(account|customer)|read/(balances|customers|history|statements))"`)

// removeTests takes out the tests that speak of the sample, and then those that need
// them: whole folders that are not mixed, single files elsewhere.
func removeTests(ctx context.Context, dir string, out, progress io.Writer) error {
	gone, err := testsOfSample(dir, ".")
	for err == nil && len(gone) > 0 {
		for _, name := range slices.Sorted(maps.Keys(gone)) {
			if err := removeShipped(dir, name, out); err != nil {
				return err
			}
		}
		gone, err = broken(ctx, dir, progress)
	}
	return err
}

// testsOfSample are the tests in a folder that speak of the sample.
func testsOfSample(dir, folder string) (map[string]bool, error) {
	found := make(map[string]bool)
	err := fs.WalkDir(os.DirFS(dir), folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasPrefix(path, "tools/adopt/") {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, path)) //nolint:gosec // the folder is the user's
		if name := testOf(path); name != "" && ofSample.Match(content) {
			found[name] = true
		}
		return err
	})
	return found, err
}

// testFolders hold a folder for each thing that is tried.
var testFolders = []string{"test/", "tools/test/", "tools/lab/"}

// mixed are folders of those in which some files are about the engine alone, and stay.
var mixed = []string{"test/docker", "test/http", "test/privacy", "tools/lab/replica"}

// testOf is what goes if a file of a test goes; "" for code that is none, and for the engine, which keeps its tests.
func testOf(path string) string {
	if slices.Contains(mixed, filepath.ToSlash(filepath.Dir(path))) {
		return path
	}
	for _, folders := range testFolders {
		rest, is := strings.CutPrefix(path, folders)
		if folder, _, ok := strings.Cut(rest, "/"); is && ok {
			return folders + folder
		}
	}
	if strings.HasSuffix(path, "_test.go") && !strings.HasPrefix(path, "engine/") {
		return path
	}
	return ""
}

var refused = regexp.MustCompile(`(?m)^(?:vet: )?(?:\./)?([a-z]\S*?/\S+?\.go):\d+`)

// broken are the tests that do not compile.
func broken(ctx context.Context, dir string, progress io.Writer) (map[string]bool, error) {
	found := make(map[string]bool)
	for _, module := range []string{".", lab} { // those that may import the sample
		if _, err := os.Stat(filepath.Join(dir, module, "go.mod")); err != nil {
			continue
		}
		var said bytes.Buffer
		vet := goCommand(ctx, filepath.Join(dir, module), "vet", "-tags=all,docker", "./...")
		vet.Stdout, vet.Stderr = &said, &said
		err := during(progress, "looking for tests that go with those, in "+module, saidEvery, vet.Run)
		known := len(found)
		for _, file := range refused.FindAllStringSubmatch(said.String(), -1) {
			if name := testOf(path.Join(module, file[1])); name != "" {
				found[name] = true
			}
		}
		if err != nil && len(found) == known {
			return nil, fmt.Errorf("go vet: %w\n%s", err, said.String())
		}
	}
	return found, nil
}
