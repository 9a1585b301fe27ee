// Package story reads a story: a file of requests that fills a service with data worth looking at.
// The command dev seed sends the requests of the file api/story.http.
//
// The story is a file beside the contract, and not Go code in tools/, because it names the routes
// and the fields of one service: a team that replaces the sample replaces the story, too, and
// tools/ needs no change. The form is that of the .http files that editors can send. A team that
// knows curl can read and write it, and it compiles with nothing. Lines with directives (# @name)
// are comments for an editor.
//
//	@NAME = VALUE               a variable; {{NAME}} stands for its value
//	## TITLE                    begins a chapter
//	### TITLE                   begins a step
//	GET /v1/things              the request of a step; then headers, an empty line, and a body
//	# @as PERSON [SCOPES]       whose token the request has; in a chapter, the default of its steps
//	# @want STATUS [CODE]       the answer that the story expects (default 2xx); CODE may be "replayed"
//	# @there STATUS [CODE]      the answer that says that an earlier run has done this step
//	# @for FIRST LAST           sends the request once for each number {{n}}
//	# @then SQL                 a statement to execute after the request
//	# @until CONDITION          waits, after the request, until the condition is true
//	# @unless CONDITION         in a chapter: if the condition is true, the chapter was done earlier
//	# @hold SQL                 in a chapter: executes a statement, and rolls it back after the chapter
//	# @do SQL, # @undo SQL      in a chapter: executes a statement, and another one after the chapter
//	# @refuse-over BYTES        in a chapter: the broker refuses larger messages until the chapter ends
//	# @look WHAT: COMMAND       in a chapter: a line for the end, with what there is and how to see it
//
// A CONDITION is "GET PATH has TEXT", or "sql QUERY" with a query for one boolean. Besides the
// variables of the file there are {{n}}, {{api}} (URL of the API), {{token PERSON}} (shell code for
// a token) and {{ops ARGUMENTS}} (shell code that runs ops).
//
// In reading order: story.go has the parts of a story, directives.go reads lines with directives,
// parse.go reads a file, fill.go replaces variables. Package story sends no request.
package story

import "slices"

// Story is a parsed file.
type Story struct {
	Variables map[string]string
	Chapters  []Chapter
}

// Chapter is a part of a story that is done once: if all its conditions Unless are true, an earlier
// run has done the chapter.
type Chapter struct {
	Title      string
	As         Person
	Unless     []Condition
	Hold       []string // statements of a transaction that is open during the chapter, and then rolled back
	Do, Undo   []string // statements before and after the chapter
	RefuseOver int32    // size in bytes from which on the broker refuses messages during the chapter; 0: no limit
	Looks      []Look
	Steps      []Step
}

// NeedsDatabase reports whether a chapter has SQL statements.
func (c Chapter) NeedsDatabase() bool {
	needs := len(c.Hold)+len(c.Do)+len(c.Undo) > 0
	conditions := slices.Clone(c.Unless)
	for _, step := range c.Steps {
		needs = needs || len(step.Then) > 0
		conditions = append(conditions, step.Until...)
	}
	for _, condition := range conditions {
		needs = needs || condition.SQL != ""
	}
	return needs
}

// Person is whose token a request has. If Scopes is empty, the token has the usual scopes.
type Person struct{ Name, Scopes string }

// Step is one request. A step with First and Last is sent once for each number from First to Last.
type Step struct {
	Title        string
	Line         int // line of the file at which the step begins
	As           Person
	Method, Path string
	Headers      []Header
	Body         string
	Want         Answer
	There        []Answer
	First, Last  int
	Then         []string // statements after the request
	Until        []Condition
}

// Header is a header of a request.
type Header struct{ Name, Value string }

// Answer describes an expected answer. Status 0 stands for each status from 200 to 299. Code is the
// code of a problem, or "replayed" for an answer that repeats an earlier one; empty: any.
type Answer struct {
	Status int
	Code   string
}

// Condition is true if the answer to a GET request for Path is 200 and contains the text Has, or if
// the query SQL returns true.
type Condition struct{ Path, Has, SQL string }

// String returns a condition as it is written in a story.
func (c Condition) String() string {
	if c.SQL != "" {
		return "sql " + c.SQL
	}
	return "GET " + c.Path + " has " + c.Has
}

// Look says what a chapter has made, and which command shows it.
type Look struct{ What, Command string }
