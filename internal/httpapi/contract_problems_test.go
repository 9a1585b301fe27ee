package httpapi

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/edge/access"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/enginetest/contracttest/problemlist"
)

// The OpenAPI contract lists exactly the problems (error answers of RFC 9457) that this package and
// engine/edge can send, each with its status.
func TestTheContractListsEveryProblem(t *testing.T) {
	t.Parallel()
	listed := answers().Problems()
	statuses := map[string]int{"id_taken": http.StatusUnprocessableEntity} // internal/write causes this problem
	for _, err := range []error{problem.Invalid{}, problem.ScopeMissing{}, problem.NotReady{Err: errors.New("not ready")}, errors.New("what nobody foresaw")} {
		answer := problems.Classify(true, err)
		statuses[orEmpty(answer.Code)] = answer.Status
	}
	for _, known := range slices.Concat(problems, problem.Known) {
		statuses[known.Code] = known.Status
	}
	for code, status := range statuses {
		if listed[code].Status != status {
			t.Errorf("%q is answered with %d, and in the contract it has %d", code, status, listed[code].Status)
		}
	}
	for code := range listed {
		if statuses[code] == 0 {
			t.Errorf("the contract lists %q, which nothing answers", code)
		}
	}
}

// rejected matches Go code that creates a rejection, or that calls a function which creates one.
// The group of the regular expression matches the code of the rejection.
var rejected = regexp.MustCompile(`(?:Rejection\{Code: |\breject\w*\()"(\w+)"`)

// The contract lists exactly those problem codes of business rules that the domain uses.
func TestTheContractListsEveryRule(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	listed := answers().Problems()
	sources := sourcesOf(t, "../write") + sourcesOf(t, "../events") + sourcesOf(t, ".")
	known := map[string]bool{}
	for path, item := range document.Paths.Map() {
		for method, op := range item.Operations() {
			for _, code := range problemlist.Named(op) {
				known[code] = true
				if _, ours := listed[code]; !ours && !strings.Contains(sources, `"`+code+`"`) {
					t.Errorf("%s %s: no rule in internal/write or internal/events has the code %s", method, path, code)
				}
			}
		}
	}
	for _, found := range rejected.FindAllStringSubmatch(sources, -1) {
		if _, ours := listed[found[1]]; !ours && !known[found[1]] {
			t.Errorf("a rule rejects with %s, which is in the x-problems of no operation", found[1])
		}
	}
}

// sourcesOf returns the Go sources of a folder, without tests and generated files.
func sourcesOf(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".gen.go") {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(dir), path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// Each operation of the contract requires one scope, or says that it requires no scope. The
// engine's own paths, such as the probes, require no scope.
func TestEveryOperationSaysWhatItAsksFor(t *testing.T) {
	t.Parallel()
	known, err := read()
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range answers().Document.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Security == nil {
				t.Errorf("%s %s: the contract does not say what it asks for", method, path)
				continue
			}
			operation, _ := known.Operation(method + " " + path)
			if free := len(*op.Security) == 0; free != slices.Contains(access.Open, path) || free == slices.Contains(scopes, operation.Scope) {
				t.Errorf("%s %s asks for %v", method, path, *op.Security)
			}
		}
	}
}
