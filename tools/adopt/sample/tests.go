package sample

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// ofSample matches texts that occur only in the sample's own code and tests.
var ofSample = regexp.MustCompile(`/v1/(accounts|customers|transfers)\b|\bevents\.(Account|Customer|Money|Transfer)|/internal/(write/(account|customer|transfer)|read/(balances|customers|history|statements|transfers)|workflows/transfers)"`)

// Tests returns the tests in a folder that use the sample.
func Tests(dir, folder string) (map[string]bool, error) {
	found := make(map[string]bool)
	err := fs.WalkDir(os.DirFS(dir), folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasPrefix(path, "tools/adopt/") {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, path)) //nolint:gosec // the folder is the user's
		if name := TestOf(path); name != "" && ofSample.Match(content) {
			found[name] = true
		}
		return err
	})
	return found, err
}

// testFolders lists the folders of tests. In these folders, each subject of the tests has a
// subfolder.
var testFolders = []string{"test/", "tools/test/", "tools/lab/"}

// mixed lists the folders of tests in which some files test only the engine. These files stay when
// the sample is removed.
var mixed = []string{"test/docker", "test/http", "test/privacy", "tools/lab/replica"}

// TestOf returns the path that must be removed together with a test file: the path of the file
// itself, or of the file's folder. TestOf returns "" for a file that is not a test. TestOf also
// returns "" for the engine's tests, which are never removed.
func TestOf(path string) string {
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
