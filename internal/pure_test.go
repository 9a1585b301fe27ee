package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// partlyPure are the packages of which a decision may use all but some functions: their types
// arrive in commands and events.
var partlyPure = map[string]struct {
	but []string
	why string
}{
	"time": {
		[]string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer", "LoadLocation", "Local"},
		"the clock is read by the caller: pass the time in the command",
	},
	"github.com/google/uuid": {
		[]string{"New", "NewString", "NewRandom", "NewRandomFromReader", "NewUUID", "NewV6", "NewV7", "NewV7FromReader", "NewDCEGroup", "NewDCEPerson", "NewDCESecurity", "SetRand", "EnableRandPool"},
		"an id is made by the caller: pass it in the command",
	},
}

// impure says why a decision may not import a package, by the first parts of its path.
var impure = []struct{ path, why string }{
	{"math/rand", "a decision gives the same answer every time: pass what is random in the command"},
	{"crypto/rand", "a decision gives the same answer every time: pass what is random in the command"},
	{"os", "a decision reads nothing but its arguments"},
	{"io", "a decision reads nothing but its arguments"},
	{"net", "a decision reads nothing but its arguments"},
	{"database", "a decision reads nothing but its arguments"},
	{"log", "a decision has no effect but the events that it returns"},
	{"sync", "a decision shares nothing"},
	{"context", "a decision waits for nothing"},
	{"runtime", "a decision gives the same answer everywhere"},
	{"reflect", "a decision says what it does"},
	{"unsafe", "a decision changes nothing"},
}

// TestDecisionsArePure holds every aggregate's package to calling nothing that reads a clock,
// makes an id, throws dice or talks to anybody. The types of time and uuid are free.
func TestDecisionsArePure(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("write/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range impurities(t, file, string(source)) {
			t.Error(wrong)
		}
	}
}

// impurities returns what a file of an aggregate may not do, each with its line and the reason.
func impurities(t *testing.T, name, source string) (wrong []string) {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	called := make(map[string]string) // the name that a partly pure package has in this file → its path
	for _, spec := range parsed.Imports {
		path, _ := strconv.Unquote(spec.Path.Value) // it was parsed
		at := files.Position(spec.Pos()).String()
		if _, partly := partlyPure[path]; partly {
			called[nameOf(spec, path)] = path
			if spec.Name != nil && spec.Name.Name == "." {
				wrong = append(wrong, at+" imports "+path+" without a name: give it one")
			}
			continue
		}
		if i := slices.IndexFunc(impure, func(is struct{ path, why string }) bool {
			return path == is.path || strings.HasPrefix(path, is.path+"/")
		}); i >= 0 {
			wrong = append(wrong, at+" imports "+path+": "+impure[i].why)
		}
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if from, ok := selector.X.(*ast.Ident); ok {
			if path, partly := called[from.Name]; partly && slices.Contains(partlyPure[path].but, selector.Sel.Name) {
				wrong = append(wrong, files.Position(selector.Pos()).String()+" uses "+from.Name+"."+selector.Sel.Name+": "+partlyPure[path].why)
			}
		}
		return true
	})
	return wrong
}

func nameOf(spec *ast.ImportSpec, path string) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return path[strings.LastIndex(path, "/")+1:]
}

func TestImpurityIsFound(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		source string
		wrong  int
		says   string
	}{
		"types of time and uuid": {`import ("time"; "github.com/google/uuid"); type C struct { At time.Time; ID uuid.UUID }; var _ = uuid.Nil; const week = 7 * 24 * time.Hour`, 0, ""},
		"a clock":                {`import "time"; var at = time.Now()`, 1, "pass the time in the command"},
		"a clock, passed on":     {`import "time"; var clock = time.Now`, 1, "pass the time in the command"},
		"a clock, renamed":       {`import when "time"; var at = when.Since(when.Time{})`, 1, "when.Since"},
		"a new id":               {`import "github.com/google/uuid"; var id = uuid.Must(uuid.NewV7())`, 1, "uuid.NewV7"},
		"dice":                   {`import "math/rand/v2"; var n = rand.Int()`, 1, "math/rand/v2"},
		"a file":                 {`import "os"; var at = os.Args`, 1, "nothing but its arguments"},
		"a server":               {`import "net/http"; var c http.Client`, 1, "net/http"},
		"a name like theirs":     {`type clock struct{}; func (clock) Now() int { return 1 }; var time clock; var at = time.Now()`, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := impurities(t, "order.go", "package order; "+tc.source)
			if len(wrong) != tc.wrong || tc.wrong > 0 && !strings.Contains(strings.Join(wrong, "\n"), tc.says) {
				t.Errorf("found %q, want %d that say %q", wrong, tc.wrong, tc.says)
			}
		})
	}
}
