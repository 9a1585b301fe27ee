package test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const decisions = "docs/decisions"

var (
	// decisionHead matches the beginning of a page about a decision: number, title, status and
	// date.
	decisionHead    = regexp.MustCompile(`^# ([1-9]\d*)\. (.+)\n\n\*\*Status\.\*\* (.+)\n\n\*\*Date\.\*\* (\d{4}-\d\d-\d\d)\n\n## `)
	decisionStatus  = regexp.MustCompile(`^(?:Accepted(?:; superseded in part by \[.+)?|Superseded by \[.+)$`)
	decisionHeading = regexp.MustCompile(`(?m)^## (.*)$`)
	decisionRow     = regexp.MustCompile(`(?m)^\| \d.*$`)
)

// decisionSections lists the sections that every page must have, in this order.
var decisionSections = []string{"Context", "Decision", "Consequences", "Alternatives", "Measured"}

// TestDecisionsHaveOneForm checks that each page in docs/decisions has the same form. A service
// adds pages in this form, and numbers them after the template's pages.
func TestDecisionsHaveOneForm(t *testing.T) {
	t.Parallel()
	for i, page := range decisionPages(t) {
		text := fileOf(t, page)
		checkDecisionHead(t, page, text, i+1)
		checkDecisionSections(t, page, text)
	}
}

// TestTheIndexListsEachDecision checks that the index docs/decisions/README.md has exactly one row
// for each page. The row must have the number, title, date and status of the page.
func TestTheIndexListsEachDecision(t *testing.T) {
	t.Parallel()
	listed := decisionRow.FindAllString(fileOf(t, decisions+"/README.md"), -1)
	var wanted []string
	for _, page := range decisionPages(t) {
		head := decisionHead.FindStringSubmatch(fileOf(t, page))
		if head == nil {
			continue // TestDecisionsHaveOneForm reports it
		}
		row := fmt.Sprintf("| %s | [%s](%s) | %s | %s |", head[1], head[2], path.Base(page), head[4], head[3])
		wanted = append(wanted, row)
		if !slices.Contains(listed, row) {
			t.Errorf("%s/README.md lacks the row of %s:\n%s", decisions, path.Base(page), row)
		}
	}
	for _, row := range listed {
		if !slices.Contains(wanted, row) {
			t.Errorf("%s/README.md has a row that no page has:\n%s", decisions, row)
		}
	}
	if !t.Failed() && !slices.Equal(listed, wanted) {
		t.Errorf("%s/README.md does not list each page once, in the order of their numbers", decisions)
	}
}

// checkDecisionHead fails the test if decisionHead does not match the beginning of a page. It also
// fails if the page's number does not follow the number of the page before.
func checkDecisionHead(t *testing.T, page, text string, number int) {
	t.Helper()
	if want := fmt.Sprintf("%04d-", number); !strings.HasPrefix(path.Base(page), want) {
		t.Errorf("%s comes where a page named %s… should: numbers have a gap, or one is there twice", page, want)
	}
	head := decisionHead.FindStringSubmatch(text)
	if head == nil {
		t.Errorf("%s does not begin with \"# N. Title\", a line **Status.** and a line **Date.** like 2026-11-23, each followed by an empty line, and a section", page)
		return
	}
	if titled, err := strconv.Atoi(head[1]); err != nil || titled != number {
		t.Errorf("%s has the number %s in its title, want %d", page, head[1], number)
	}
	if !decisionStatus.MatchString(head[3]) {
		t.Errorf("%s has the status %q, want \"Accepted\" or \"Superseded by\" and a link", page, head[3])
	}
	if _, err := time.Parse(time.DateOnly, head[4]); err != nil {
		t.Errorf("%s has a date that is none: %v", page, err)
	}
}

// checkDecisionSections fails the test if a page lacks a section, has an additional section, or has
// an empty section.
func checkDecisionSections(t *testing.T, page, text string) {
	t.Helper()
	places := decisionHeading.FindAllStringSubmatchIndex(text, -1)
	var sections []string
	for i, place := range places {
		end := len(text)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		section := text[place[2]:place[3]]
		sections = append(sections, section)
		if strings.TrimSpace(text[place[1]:end]) == "" {
			t.Errorf("%s says nothing under %q: \"Not measured.\" is something", page, section)
		}
	}
	if !slices.Equal(sections, decisionSections) {
		t.Errorf("%s has the sections %q, want %q", page, sections, decisionSections)
	}
}

// decisionPages returns the paths of all pages in docs/decisions, ordered by their numbers.
func decisionPages(t *testing.T) (pages []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("..", decisions))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".md" && entry.Name() != "README.md" {
			pages = append(pages, decisions+"/"+entry.Name())
		}
	}
	if len(pages) == 0 {
		t.Fatalf("%s has no page", decisions)
	}
	return pages
}
