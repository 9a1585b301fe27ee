package cut

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"example.com/pgcqrs/tools/adopt/worktree"
)

// marked matches, by kind, the parts of documents that are removed together with their subject. The
// text between <!-- sample --> and <!-- /sample --> is removed with the sample. The text between
// <!-- template --> and <!-- /template --> is removed when a copy is adopted. The text between <!--
// lab --> and <!-- /lab --> is removed with the lab. A part may contain another part.
var marked = map[string]*regexp.Regexp{"sample": markedBy("sample"), "template": markedBy("template"), "lab": markedBy("lab")}

func markedBy(kind string) *regexp.Regexp {
	begin, end := "<!-- "+kind+" -->", "<!-- /"+kind+" -->"
	return regexp.MustCompile(`(?sm)^` + begin + `\n.*?^` + end + `\n\n?|` + begin + `.*?` + end)
}

// emptied matches a pair of markers of one kind with nothing between them.
var emptied = []*regexp.Regexp{emptiedOf("sample"), emptiedOf("template"), emptiedOf("lab")}

func emptiedOf(kind string) *regexp.Regexp {
	begin, end := "<!-- "+kind+" -->", "<!-- /"+kind+" -->"
	return regexp.MustCompile(`(?m)^` + begin + `\n\s*^` + end + `\n\n?|` + begin + `\s*` + end)
}

// Marked removes the marked parts of a kind (sample, template or lab) from a document. Marked also
// removes a pair of markers of another kind if nothing remains between the two markers.
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

// Untouched is the folder of the template's own texts. No command of adopt edits these texts.
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
