package test

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	fencedCode  = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	inlineCode  = regexp.MustCompile("`[^`\n]+`")
	relative    = regexp.MustCompile(`\]\(([^)\s:]+)\)`)
	headingLine = regexp.MustCompile(`(?m)^#{1,6} +(.+)$`)
	markOfPart  = regexp.MustCompile(`<!-- .*? -->`)
	linkText    = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	notOfAnchor = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// Each relative link in a Markdown page must point to a file that exists. If the link names a
// heading, the file must have this heading.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	links, anchors := 0, map[string][]string{}
	for _, page := range pages(t) {
		prose := inlineCode.ReplaceAllString(fencedCode.ReplaceAllString(fileOf(t, page), ""), "")
		for _, found := range relative.FindAllStringSubmatch(prose, -1) {
			links++
			file, anchor, _ := strings.Cut(found[1], "#")
			target := page
			if file != "" {
				target = path.Join(path.Dir(page), file)
			}
			if !isThere(target) {
				t.Errorf("%s leads to %s, which is not there", page, target)
				continue
			}
			if anchor != "" && anchors[target] == nil {
				anchors[target] = anchorsOf(fileOf(t, target))
			}
			if anchor != "" && !slices.Contains(anchors[target], anchor) {
				t.Errorf("%s leads to %s, which has no heading #%s", page, target, anchor)
			}
		}
	}
	if links < 100 {
		t.Errorf("there are only %d links", links)
	}
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	const page = "# A page\n\n## `Apply`, and its *rows*\n\n```sh\n# no heading\n```\n\n## Twice\n\n### Twice\n\n## Part 2. [Of](x.md) it<!-- sample --> all<!-- /sample -->\n"
	want := []string{"a-page", "apply-and-its-rows", "twice", "twice-1", "part-2-of-it-all"}
	if got := anchorsOf(page); !slices.Equal(got, want) {
		t.Errorf("the headings have the anchors %q, want %q", got, want)
	}
}

// anchorsOf returns the anchors of the headings of a page, as GitHub generates them. Links to a
// heading use these anchors.
func anchorsOf(text string) (anchors []string) {
	for _, heading := range headingLine.FindAllStringSubmatch(fencedCode.ReplaceAllString(text, ""), -1) {
		words := linkText.ReplaceAllString(markOfPart.ReplaceAllString(heading[1], ""), "$1")
		anchor := strings.ReplaceAll(notOfAnchor.ReplaceAllString(strings.ToLower(words), ""), " ", "-")
		again := anchor
		for number := 1; slices.Contains(anchors, again); number++ {
			again = fmt.Sprintf("%s-%d", anchor, number)
		}
		anchors = append(anchors, again)
	}
	return anchors
}
