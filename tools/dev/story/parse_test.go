package story

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const shelves = `# Who reads this learns of shelves.
@top = 7

## Shelves
# @as ann
# @unless GET /v1/shelves/{{top}} has "full"
# @unless sql SELECT true
# @do UPDATE a
# @undo UPDATE b
# @hold SELECT c
# @refuse-over 900
# @look the shelves: curl {{api}} {{token ann}}

### Put a book on it
# a remark
# @as bob write read
# @want 201
# @there 422 taken
# @for 2 3
# @then UPDATE d
# @until GET /v1/shelves/{{top}} has "books":{{n}}
POST /v1/shelves/{{top}}
If-Match: "{{n}}"

{"title":"x",
 "page":{{n}}}

### Look
GET /v1/shelves
`

func TestAStoryIsRead(t *testing.T) {
	t.Parallel()
	got, err := Parse(shelves)
	if err != nil {
		t.Fatal(err)
	}
	want := Story{Variables: map[string]string{"top": "7"}, Chapters: []Chapter{{
		Title: "Shelves", As: Person{Name: "ann"},
		Unless: []Condition{{Path: "/v1/shelves/{{top}}", Has: `"full"`}, {SQL: "SELECT true"}},
		Do:     []string{"UPDATE a"}, Undo: []string{"UPDATE b"}, Hold: []string{"SELECT c"}, RefuseOver: 900,
		Looks: []Look{{"the shelves", "curl {{api}} {{token ann}}"}},
		Steps: []Step{{
			Title: "Put a book on it", Line: 14, As: Person{"bob", "write read"}, Method: "POST", Path: "/v1/shelves/{{top}}",
			Headers: []Header{{"If-Match", `"{{n}}"`}}, Body: "{\"title\":\"x\",\n \"page\":{{n}}}\n",
			Want: Answer{Status: 201}, There: []Answer{{422, "taken"}}, First: 2, Last: 3, Then: []string{"UPDATE d"},
			Until: []Condition{{Path: "/v1/shelves/{{top}}", Has: `"books":{{n}}`}},
		}, {Title: "Look", Line: 28, As: Person{Name: "ann"}, Method: "GET", Path: "/v1/shelves"}},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !got.Chapters[0].NeedsDatabase() || (Chapter{Steps: got.Chapters[0].Steps[1:]}).NeedsDatabase() {
		t.Error("a chapter needs a database if it has SQL, and else not")
	}
}

func TestAMistakeInAStoryIsNamed(t *testing.T) {
	t.Parallel()
	const begun = "## A\n# @as ann\n"
	for text, want := range map[string]string{
		"":                                "no chapter",
		"### A\n":                         "line 1: a step belongs to a chapter",
		"# @as ann\n":                     "line 1: a directive belongs to a chapter",
		"GET /v1\n":                       "line 1: a request belongs to a step",
		"@top\n":                          "line 1: a variable has the form",
		begun + "# @fly\n":                "line 3: there is no directive @fly",
		begun + "# @want 200\n":           "line 3: @want: this directive belongs to a step",
		begun + "# @unless it rains\n":    "line 3: @unless: a condition has the form",
		begun + "# @refuse-over all\n":    "line 3: @refuse-over: it takes a number",
		begun + "# @look nothing\n":       "line 3: @look: it has the form",
		begun + "### B\n":                 "line 3: the step has no request",
		"## A\n### B\nGET /v1\n":          "line 2: the step has no request, or neither the step nor its chapter has @as",
		begun + "### B\nGET\n":            "line 4: a request begins with METHOD /PATH",
		begun + "### B\nGET v1\n":         "line 4: a request begins with METHOD /PATH",
		begun + "### B\nGET /v1\nx\n":     "line 5: a header has the form",
		begun + "### B\n# @want yes\n":    "line 4: @want: it begins with a status",
		begun + "### B\n# @for 3 2\n":     "line 4: @for: it takes two numbers",
		begun + "### B\n# @hold SELECT\n": "line 4: @hold: this directive belongs before",
		begun + "### B\nGET /v1/{{no}}\n": "there is no variable {{no}}",
		begun + "### B\nGET /v1/{{no\n":   "there is no variable {{no}}",
		"@a = {{a}}\n" + begun + "### B\nGET /v1/{{a}}\n": "contains itself",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
