package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func fileOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The README of an adopted copy speaks of the service, links to its documents, and does not say
// how to give it a name.
func TestREADMEOfAService(t *testing.T) {
	t.Parallel()
	renamed, _ := names{"github.com/acme/orders", "orders", nil}.in(fileOf(t, "README.md"))
	readme := ofService(renamed, "orders")
	head, rest, _ := strings.Cut(readme, "\n```")
	if !strings.HasPrefix(head, "# orders\n\norders is ") || strings.Contains(head, "template") || !strings.Contains(head, "](docs/architecture.md)") {
		t.Errorf("it begins with %s", head)
	}
	if strings.Contains(rest, "**Its name**") || !strings.Contains(rest, "**A new aggregate**") || !strings.Contains(rest, "## Two commands") {
		t.Errorf("it goes on with %s", rest)
	}
	picture, _, _ := strings.Cut(rest, "```")
	if without := ofYours.Replace(picture); strings.Contains(without, "account") || strings.Contains(without, "balances") || len([]rune(without)) != len([]rune(picture)) {
		t.Errorf("without the sample the picture is %s", without)
	}
	if again := ofService(readme, "orders"); again != readme {
		t.Error("it is changed twice")
	}
}

// A command that begins something says at its end which scopes its routes ask for, and how to try it.
func TestScopesAndRequestsAreSaid(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		like  example
		name  string
		wants []string
	}{
		{anAggregate, "invoice", []string{"the scope accounts:write, or accounts:read (", "403", "curl -i $API/v1/invoices/$INVOICE"}},
		{aProjection, "letters", []string{"the scope operate (", "403", "curl -i $API/v1/letters -H", "?scope=operate"}},
	} {
		var said strings.Builder
		sayTry(test.like.renamed(fileOf(t, test.like.page), test.name), &said)
		for _, want := range test.wants {
			if !strings.Contains(said.String(), want) {
				t.Errorf("-new-… %s does not say %q: %s", test.name, want, said.String())
			}
		}
	}
}

func TestMarkedPartsGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const text = "A<!-- sample -->, b<!-- /sample -->, c.\n\n<!-- sample -->\nOf the sample.\n<!-- /sample -->\n\nMore<!-- template -->, d<!-- /template -->.\n"
	if err := writeFile(dir, "docs/deep/page.md", text); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]string{"sample": "A, c.\n\nMore", "template": "More."} {
		if err := dropMarked(dir, kind, &strings.Builder{}); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadFile(filepath.Join(dir, "docs/deep/page.md")); err != nil || !strings.Contains(string(left), want) {
			t.Errorf("without %s it is %q, %v", kind, left, err)
		}
	}
}

// A part about the lab and the sample goes with either of them, and leaves no marks.
func TestMarksGoWithTheLastOfTheirPart(t *testing.T) {
	t.Parallel()
	const text = "A<!-- lab --><!-- sample -->, b<!-- /sample --><!-- /lab -->.\n\n<!-- lab -->\n<!-- sample -->\nC.\n<!-- /sample -->\n<!-- /lab -->\n\nD<!-- lab -->, e<!-- /lab -->.\n"
	for kind, want := range map[string]string{"sample": "A.\n\nD<!-- lab -->, e<!-- /lab -->.\n", "lab": "A.\n\nD.\n"} {
		if got := without(text, kind); got != want {
			t.Errorf("without %s it is %q, want %q", kind, got, want)
		}
	}
}

// A document without the sample states nothing about it, and looks whole.
func TestDocumentsWithoutTheSample(t *testing.T) {
	t.Parallel()
	privacy := marked["sample"].ReplaceAllString(fileOf(t, "docs/privacy.md"), "")
	if found := regexp.MustCompile(`(?i).*(customers?\b|\baccounts?\b|John).*`).FindAllString(privacy, -1); len(found) > 0 {
		t.Errorf("docs/privacy.md says\n%s", strings.Join(found, "\n"))
	}
	if !strings.Contains(privacy, "inventory of your own personal data") || !strings.Contains(privacy, "`keys.persons`") {
		t.Errorf("docs/privacy.md is %s", privacy)
	}
	readme := marked["sample"].ReplaceAllString(fileOf(t, "README.md"), "")
	for _, c := range cuts {
		if c.file == "README.md" {
			readme = cut(readme, c.lines)
		}
	}
	readme = ofEngine(readme)
	for _, want := range []string{"**What it does**: [docs/how-to/]", "`adopt -page`", "The API in full is at [/docs]", "OpenID Connect issuer.\n"} {
		if !strings.Contains(readme, want) {
			t.Errorf("README.md lacks %q", want)
		}
	}
	for _, not := range []string{"\n\n\n", "/v1/accounts", "internal/write/account", "account.go"} {
		if strings.Contains(readme, not) {
			t.Errorf("README.md has %q", not)
		}
	}
}

// At its end the command tells to begin something where there is nothing, and else what there is.
func TestWhatIsNextWithoutTheSample(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := writeFile(dir, "internal/write/write.go", "package write\n"); err != nil {
		t.Fatal(err)
	}
	if said := next(dir); !strings.HasPrefix(said, "Begin with go run ./cmd/adopt -new-aggregate") {
		t.Errorf("without any it says %s", said)
	}
	if err := writeFile(dir, "internal/write/invoice/invoice.go", "package invoice\n"); err != nil {
		t.Fatal(err)
	}
	if said := next(dir); !strings.HasPrefix(said, "Go on with invoice in internal/write/") {
		t.Errorf("with one it says %s", said)
	}
}

// The tutorial is as long as documents say.
func TestTheTutorialIsAsLongAsIsSaid(t *testing.T) {
	t.Parallel()
	page := fileOf(t, anAggregate.page)
	files := created.FindAllStringSubmatch(page, -1)
	written := 0
	for _, file := range files {
		written += strings.Count(file[2], "\n")
	}
	edited := make(map[string]int)
	for _, patch := range patched.FindAllStringSubmatch(page, -1) {
		e := editing{dir: "../..", files: make(map[string]string)}
		if err := e.take(patch[1]); err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?m)^  (\S+): \+(\d+) -0 lines$`).FindAllStringSubmatch(e.said.String(), -1) {
			lines, err := strconv.Atoi(found[2])
			if err != nil {
				t.Fatal(err)
			}
			edited[found[1]] += lines
		}
	}
	code, contract := 0, edited["api/openapi.yaml"]
	for path, lines := range edited {
		if strings.HasSuffix(path, ".go") {
			code += lines
		}
	}
	for _, want := range []string{
		fmt.Sprintf("read model, handlers | %d | %d |", len(files), written),
		fmt.Sprintf("`read.go` | %d | %d |", len(edited)-1, code),
		fmt.Sprintf("`api/openapi.yaml` | 1 | %d |", contract),
		"in six new files and six edited ones",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s does not say %q", anAggregate.page, want)
		}
	}
	if len(files) != 6 || len(edited) != 6 || written+code+contract >= 500 || !strings.Contains(fileOf(t, "README.md"), "six new files, six edited, under\n500 lines") {
		t.Errorf("README.md: it is %d new files, %d edited, %d lines", len(files), len(edited), written+code+contract)
	}
}

// Without the sample the contract has none of its components, whatever a page's context lines refer to.
func TestTheContractWithoutTheSample(t *testing.T) {
	t.Parallel()
	contract := fileOf(t, "api/openapi.yaml")
	for _, c := range cuts {
		if c.file == "api/openapi.yaml" {
			contract = cut(contract, c.lines)
		}
	}
	contract = prune(contract, fileOf(t, anAggregate.page)+fileOf(t, aProjection.page))
	if found := regexp.MustCompile(`(?m)^    (Account|Customer)\w*:`).FindAllString(contract, -1); len(found) > 0 {
		t.Errorf("it still has %q", found)
	}
	for _, want := range []string{"Done", "NotModified", "ProblemAnswer", "oidc", "CommandAnswer"} {
		if !strings.Contains(contract, "\n    "+want+":\n") {
			t.Errorf("it lacks %s", want)
		}
	}
}
