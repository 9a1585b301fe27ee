package internal_test

import (
	"bytes"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
)

// notOurs lists the folder of git itself, and the folders that git ignores.
var notOurs = []string{".git", ".dev", "bin", "vendor"}

// Every text file must have line ends LF in the working tree, even if git is configured to convert
// line ends to CRLF (core.autocrlf). Tests and hashes compare these files byte by byte.
func TestTextHasLF(t *testing.T) {
	t.Parallel()
	attributes, err := os.ReadFile("../.gitattributes")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"* text=auto eol=lf\n", "**/testdata/** -text\n"} {
		if !strings.Contains("\n"+string(attributes), "\n"+line) {
			t.Errorf(".gitattributes has no line %q", line)
		}
	}
	root := os.DirFS("..")
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(notOurs, name):
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := fs.ReadFile(root, name)
		if binary := bytes.IndexByte(content, 0) >= 0; !binary && bytes.Contains(content, []byte("\r\n")) {
			t.Errorf("%s has CRLF", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
