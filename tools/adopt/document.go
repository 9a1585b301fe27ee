package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// marked are the parts of documents that go: <!-- sample -->…<!-- /sample --> with the sample,
// <!-- template -->…<!-- /template --> when a copy is adopted, <!-- lab -->…<!-- /lab --> with the lab. They
// speak of what goes with them. One may stand within another.
var marked = map[string]*regexp.Regexp{"sample": markedBy("sample"), "template": markedBy("template"), "lab": markedBy("lab")}

func markedBy(kind string) *regexp.Regexp {
	begin, end := "<!-- "+kind+" -->", "<!-- /"+kind+" -->"
	return regexp.MustCompile(`(?sm)^` + begin + `\n.*?^` + end + `\n\n?|` + begin + `.*?` + end)
}

// emptied are marks of a kind with nothing between them.
var emptied = []*regexp.Regexp{emptiedOf("sample"), emptiedOf("template"), emptiedOf("lab")}

func emptiedOf(kind string) *regexp.Regexp {
	begin, end := "<!-- "+kind+" -->", "<!-- /"+kind+" -->"
	return regexp.MustCompile(`(?m)^` + begin + `\n\s*^` + end + `\n\n?|` + begin + `\s*` + end)
}

// without takes the marked parts of a kind out of a document, and the marks that have nothing
// between them then, because all that stood there was of that kind.
func without(text, kind string) string {
	text = marked[kind].ReplaceAllString(text, "")
	for before := ""; before != text; {
		before = text
		for _, marks := range emptied {
			text = marks.ReplaceAllString(text, "")
		}
	}
	return text
}

// dropMarked takes the marked parts out of all documents.
func dropMarked(dir, kind string, out io.Writer) error {
	return fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(dir), path)
		if err != nil || !marked[kind].Match(text) {
			return err
		}
		return rewrite(dir, path, func(text string) string { return without(text, kind) }, out)
	})
}

// serviceIntro is what the README of a service begins with.
const serviceIntro = `# %[1]s

%[1]s is an event-sourced service on PostgreSQL: commands over HTTP become events, and read models answer queries.
<!-- What is it for, and for whom? A line here says it. -->

[How it works](docs/architecture.md) · [what is guaranteed](docs/guarantees.md) · [operations](docs/operations.md) ·
[security](docs/security.md) · [privacy](docs/privacy.md) · [how to change it](docs/how-to/README.md) · [contributing](CONTRIBUTING.md)

`

var (
	intro     = regexp.MustCompile("(?s)^# \\w+\n\nA Go service template: .*?\n\n(```)")
	aboutName = regexp.MustCompile(`^\*\*Its name\*\*: `)
)

// ofService returns the template's README as that of a service that has its name: it speaks of
// the service, and no more of how to give it one.
func ofService(readme, service string) string {
	if !intro.MatchString(readme) {
		return readme // somebody has written another one
	}
	return cut(intro.ReplaceAllString(readme, fmt.Sprintf(serviceIntro, service)+"$1"), aboutName)
}

// ofYours are the sample's names in the README's picture, and what stands there without it.
var ofYours = strings.NewReplacer("account.Decide ──▶", "your.Decide ─────▶", "balances.Queries ◀──", "your.Queries ◀──────", "balances.Apply ◀──", "your.Apply ◀──────")

// ofSampleInLayout are what the README's layout says of the sample, where no marks can stand.
var ofSampleInLayout = strings.NewReplacer(", and all that is tried on the sample", "", ", takes the sample out", "")

// blanks are empty lines that are left where something stood between them.
var blanks = regexp.MustCompile(`\n{3,}`)

// ofEngine returns the README, without the sample's parts, with a picture that has none of its names.
func ofEngine(readme string) string {
	return ofSampleInLayout.Replace(ofYours.Replace(blanks.ReplaceAllString(readme, "\n\n")))
}

// sayCommit says what has to be done before the next change, if git keeps the copy.
func sayCommit(dir string, out io.Writer) {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		fmt.Fprint(out, "Commit it before you go on (git add -A && git commit): -new-aggregate, -new-projection and -remove-sample change nothing while there is something that is not committed.\n")
	}
}

var asksFor = regexp.MustCompile(`security: \[\{oidc: \[(\S+)\]\}\]`)

// sayTry says which scopes the routes of a page ask for, and how the page tries them.
func sayTry(page string, out io.Writer) {
	var scopes []string
	for _, found := range asksFor.FindAllStringSubmatch(page, -1) {
		if !slices.Contains(scopes, found[1]) {
			scopes = append(scopes, found[1])
		}
	}
	blocks := blockOf.FindAllStringSubmatch(page, -1)
	if len(scopes) == 0 || len(blocks) == 0 {
		return
	}
	fmt.Fprintf(out, "Its routes ask for a token with the scope %s (security in api/openapi.yaml); any other is answered 403. While go run ./cmd/dev run runs in another shell, try it:\n\n%s\n",
		strings.Join(scopes, ", or "), blocks[len(blocks)-1][1])
}
