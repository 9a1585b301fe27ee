// Package words finds three habits that make English hard to read at first sight, in the comments
// of Go and SQL, in Markdown and in the contract: a sentence without a subject that the reader
// knows ("Whoever reads …"), a function's comment that says what it is and not what it does ("Get
// is …"), and some phrases that are not English. It is a net: a text without them may still have to
// be read twice.
package words

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// limits are what a folder of the repository may have. The others, and the files beside them, may
// have none.
var limits = map[string]int{
	".": 10, "api": 14, "cmd": 9, "docs": 74, "engine": 0, "internal": 38, "migrations": 16, "test": 32, "tools": 207,
}

// Check fails if a folder has more habits than its limit, and prints those of that folder.
func Check(root fs.FS, out io.Writer) error {
	found, err := Find(root)
	if err != nil {
		return err
	}
	per := make(map[string][]string)
	for _, habit := range found {
		top, _, below := strings.Cut(habit, "/")
		if !below {
			top = "."
		}
		per[top] = append(per[top], habit)
	}
	var over []string
	for _, top := range slices.Sorted(maps.Keys(per)) {
		if len(per[top]) > limits[top] {
			fmt.Fprintln(out, strings.Join(per[top], "\n"))
			over = append(over, fmt.Sprintf("%d in %s (%d may be)", len(per[top]), top, limits[top]))
		}
	}
	if len(over) > 0 {
		return fmt.Errorf("sentences to be written again: %s", strings.Join(over, ", "))
	}
	fmt.Fprintf(out, "words: %d sentences are left to be written again\n", len(found))
	return nil
}

// Find returns the habits of a tree as "file:line: what: the text".
func Find(root fs.FS) (found []string, err error) {
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains([]string{"bin", "vendor", "node_modules"}, name) || name != "." && strings.HasPrefix(name, ".")):
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		split, known := map[string]func(string) ([]paragraph, error){
			".go": ofGo, ".md": ofMarkdown, ".sql": ofSQL, ".yaml": ofYAML,
		}[path.Ext(name)]
		if !known || path.Ext(name) == ".yaml" && name != "api/openapi.yaml" {
			return nil
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		paragraphs, err := split(string(content))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, p := range paragraphs {
			for _, habit := range p.habits() {
				found = append(found, fmt.Sprintf("%s:%d: %s", name, p.line, habit))
			}
		}
		return nil
	})
	return found, err
}
