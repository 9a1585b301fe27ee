package internal_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// self is the path of this file. The messages of the tests contain it.
const self = "internal/pure_test.go"

// partlyPure lists packages that the code of decisions may import, because commands and events use
// their types. For each package it lists the functions that decisions must not call.
var partlyPure = map[string]struct {
	but []string
	why string
}{
	"time": {
		[]string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"},
		"the clock is read by the caller: pass the time in the command",
	},
	"fmt": {
		[]string{"Print", "Printf", "Println", "Fprint", "Fprintf", "Fprintln", "Scan", "Scanf", "Scanln", "Fscan", "Fscanf", "Fscanln"},
		"a decision has no effect but the events that it returns",
	},
	"github.com/google/uuid": {
		[]string{"New", "NewString", "NewRandom", "NewRandomFromReader", "NewUUID", "NewV6", "NewV7", "NewV7FromReader", "NewDCEGroup", "NewDCEPerson", "NewDCESecurity", "SetRand", "EnableRandPool"},
		"an id is made by the caller: pass it in the command",
	},
}

// pure lists packages that the code of decisions may use without a restriction. The results of all
// their functions depend only on the arguments. If you need another package of this kind, add it to
// the list.
var pure = []string{
	"bytes", "cmp", "encoding", "encoding/base32", "encoding/base64", "encoding/hex", "encoding/json", "errors", "hash/crc32", "hash/fnv", "iter",
	"maps", "math", "math/big", "math/bits", "math/cmplx", "net/netip", "net/url", "crypto/sha256", "regexp", "slices", "sort", "strconv", "strings", "time/tzdata", "unicode", "unicode/utf8",
}

// TestDecisionsArePure checks the packages of aggregates and workflows. These packages must call no
// function that reads a clock, generates an id or a random number, or communicates with anything
// outside of the process. The packages may use the types of the packages time and uuid.
func TestDecisionsArePure(t *testing.T) {
	t.Parallel()
	for _, root := range []string{"write", "workflows"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.Count(filepath.ToSlash(path), "/") < 2 || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, wrong := range impurities(t, path, string(source)) {
				if root == "workflows" && strings.Contains(wrong, " uses LoadLocation") {
					continue // a schedule names its time zone
				}
				t.Error(wrong)
			}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

// TestEventsReadNoClock checks the functions of package events, because decisions may call them.
// These functions must not read a clock, generate an id or a random number, or communicate with
// anything outside of the process.
func TestEventsReadNoClock(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("events/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range impurities(t, file, string(source)) {
			if !strings.HasSuffix(file, "_test.go") && !strings.Contains(wrong, " imports ") {
				t.Error(wrong)
			}
		}
	}
}

// impurities returns the calls and imports of a file that a decision must not have, each with its
// line and the reason.
func impurities(t *testing.T, name, source string) (wrong []string) {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	called := make(map[string]string) // key: the name of a partly pure package in this file; value: the package's path
	for _, spec := range parsed.Imports {
		path, _ := strconv.Unquote(spec.Path.Value) // the parser has checked the path
		at := files.Position(spec.Pos()).String()
		if _, partly := partlyPure[path]; partly {
			called[nameOf(spec, path)] = path
			if spec.Name != nil && spec.Name.Name == "." {
				wrong = append(wrong, at+" imports "+path+" without a name: give it one")
			}
			continue
		}
		if !slices.Contains(pure, path) && !strings.HasPrefix(asOurs(path), module) { // arrows_test.go checks imports of this repository
			wrong = append(wrong, at+" imports "+path+": a decision depends on its arguments alone; if that is so of this package, add it to pure in "+self)
		}
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if selector.Sel.Name == "Local" || selector.Sel.Name == "LoadLocation" {
			wrong = append(wrong, files.Position(selector.Pos()).String()+" uses "+selector.Sel.Name+": the time zone of this machine is not that of another")
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
		"a file":                 {`import "os"; var at = os.Args`, 1, "depends on its arguments alone"},
		"a server":               {`import "net/http"; var c http.Client`, 1, "net/http"},
		"a process":              {`import "syscall"; var id = syscall.Getpid()`, 1, "syscall"},
		"dice by another name":   {`import "hash/maphash"; var seed = maphash.MakeSeed()`, 1, "hash/maphash"},
		"somebody else's":        {`import "github.com/nats-io/nats.go"; var _ = nats.Connect`, 1, "add it to pure"},
		"a word on a screen":     {`import "fmt"; func init() { fmt.Println("x") }`, 1, "no effect"},
		"text":                   {`import ("fmt"; "strings"); var _ = fmt.Sprint(strings.ToUpper("x"))`, 0, ""},
		"this machine's zone":    {`import "time"; func day(at time.Time) int { return at.Local().Day() }`, 1, "time zone"},
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
