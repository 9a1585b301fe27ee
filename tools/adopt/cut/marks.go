package cut

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"example.com/pgcqrs/tools/adopt/worktree"
)

// marked holds, for each kind of marker, a pattern for the marked parts of documents. The text
// between <!-- sample --> and <!-- /sample --> is removed with the sample (accounts, transfers and
// customers). The text between <!-- template --> and <!-- /template --> is removed when adopt turns
// a copy of the template into a service. The text between <!-- lab --> and <!-- /lab --> is removed
// with the lab (the folder tools/lab). A marked part may contain a marked part of another kind.
var marked = map[string]*regexp.Regexp{"sample": markedBy("sample"), "template": markedBy("template"), "lab": markedBy("lab")}

func markedBy(kind string) *regexp.Regexp {
	begin, end := "<!-- "+kind+" -->", "<!-- /"+kind+" -->"
	return regexp.MustCompile(`(?sm)^` + begin + `\n.*?^` + end + `\n\n?|` + begin + `.*?` + end)
}

// emptied holds, for each kind of marker, a pattern for a begin marker and an end marker with
// nothing between them.
var emptied = []*regexp.Regexp{emptiedOf("sample"), emptiedOf("template"), emptiedOf("lab")}

func emptiedOf(kind string) *regexp.Regexp {
	begin, end := "<!-- "+kind+" -->", "<!-- /"+kind+" -->"
	return regexp.MustCompile(`(?m)^` + begin + `\n\s*^` + end + `\n\n?|` + begin + `\s*` + end)
}

// Marked removes the marked parts of a kind (sample, template or lab) from a document. Afterwards a
// pair of markers of another kind may have nothing between them. Marked also removes such a pair.
func Marked(text, kind string) string {
	text = marked[kind].ReplaceAllString(text, "")
	for before := ""; before != text; {
		before = text
		for _, marks := range emptied {
			text = marks.ReplaceAllString(text, "")
		}
	}
	return text
}

// Untouched is the folder with copies of the template's README, changelog and licence. No command
// of adopt edits these texts.
const Untouched = "docs/template"

// Documents removes the marked parts of a kind (sample, template or lab) from all documents except
// those in docs/template.
func Documents(dir, kind string, out io.Writer) error {
	return fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && path == Untouched {
			return fs.SkipDir
		}
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(dir), path)
		if err != nil || !marked[kind].Match(text) {
			return err
		}
		return worktree.Rewrite(dir, path, func(text string) string { return Marked(text, kind) }, out)
	})
}
