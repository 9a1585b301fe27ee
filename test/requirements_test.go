package test

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// required lists the modules that the service's own code imports, each with the folders that use
// it. The field while may name a folder: if this folder does not exist, the service need not
// require the module.
var required = []struct{ module, in, while string }{
	{"github.com/jackc/pgx/v5", "internal, cmd", "."},
	{"github.com/go-chi/chi/v5", "internal, cmd", "."},
	{"github.com/pressly/goose/v3", "cmd", "."},
	{"github.com/kelseyhightower/envconfig", "cmd", "."},
	{"github.com/testcontainers/testcontainers-go", "test", "."},
	{"github.com/testcontainers/testcontainers-go/modules/postgres", "test", "."},
}

func TestTheServiceRequiresWhatItUses(t *testing.T) {
	t.Parallel()
	direct := requirements(t, ".").direct()
	for _, r := range required {
		if !isThere(r.while) {
			continue
		}
		if !slices.Contains(direct, r.module) {
			t.Errorf("go.mod does not require %s directly", r.module)
		}
		if !imports(t, strings.Split(r.in, ", "), r.module) {
			t.Errorf("nothing in %s imports %s", r.in, r.module)
		}
	}
}

// heavy lists modules that only the engine's tests and the tools need. The module rapid is not in
// the list, because testcontainers requires it indirectly.
var heavy = []string{"github.com/nats-io/nats-server/", "github.com/chromedp/chromedp", "github.com/anishathalye/porcupine", "github.com/HdrHistogram/hdrhistogram-go"}

// A user of the service must not have to download the modules in the list heavy. The file go.sum
// shows which modules are downloaded. It may have two lines for a module: if one of them does not
// end with /go.mod, the code of the module is downloaded.
func TestTheServiceDownloadsNoToolOfTests(t *testing.T) {
	t.Parallel()
	for line := range strings.SplitSeq(fileOf(t, "go.sum"), "\n") {
		fields := strings.Fields(line)
		if len(fields) != 3 || strings.HasSuffix(fields[1], "/go.mod") {
			continue
		}
		for _, module := range heavy {
			if strings.HasPrefix(fields[0]+"/", strings.TrimSuffix(module, "/")+"/") {
				t.Errorf("go.sum has the code of %s %s: what needs it belongs in engine/test or tools", fields[0], fields[1])
			}
		}
	}
}

// The programs of a running service, such as the API, must not contain the code that changes the
// schema. They must not contain the code of the NATS server either.
func TestWhatTheProgramsLink(t *testing.T) {
	t.Parallel()
	for program, without := range map[string][]string{
		"./cmd/api":       {"github.com/pressly/goose/", "github.com/nats-io/nats-server/"},
		"./cmd/projector": {"github.com/pressly/goose/", "github.com/nats-io/nats-server/"},
	} {
		for linked := range strings.FieldsSeq(goTool(t, "..", "list", "-deps", program)) {
			for _, module := range without {
				if strings.HasPrefix(linked+"/", module) {
					t.Errorf("%s links %s", program, linked)
				}
			}
		}
	}
}

// The engine is a Go module that requires no other module of this repository.
func TestTheEngineStandsAlone(t *testing.T) {
	t.Parallel()
	if !isThere("engine/go.mod") {
		return // the service requires a published version
	}
	engine := requirements(t, "engine")
	if len(engine.Replace) > 0 {
		t.Error("engine/go.mod has a replace")
	}
	for _, other := range modules(t) {
		if other == "engine" {
			continue
		}
		path := requirements(t, other).Module.Path
		for _, r := range engine.Require {
			if r.Path == path {
				t.Errorf("engine/go.mod requires %s", path)
			}
		}
	}
}

// goMod is the output of the command "go mod edit -json".
type goMod struct {
	Module  struct{ Path string }
	Require []struct {
		Path     string
		Indirect bool
	}
	Replace []any
}

func (m goMod) direct() (paths []string) {
	for _, r := range m.Require {
		if !r.Indirect {
			paths = append(paths, r.Path)
		}
	}
	return paths
}

func requirements(t *testing.T, module string) (m goMod) {
	t.Helper()
	if err := json.Unmarshal([]byte(goTool(t, filepath.Join("..", module), "mod", "edit", "-json")), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func goTool(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOWORK=off")
	command.Stderr = os.Stderr
	said, err := command.Output()
	if err != nil {
		t.Fatalf("go %s: %v", strings.Join(args, " "), err)
	}
	return string(said)
}

// imports reports whether any Go file in the folders imports a package of a module. The build tags
// of the file do not matter.
func imports(t *testing.T, folders []string, module string) (does bool) {
	t.Helper()
	for _, folder := range folders {
		err := fs.WalkDir(os.DirFS(".."), folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", path), nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, spec := range parsed.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value) // the parser has checked the path
				if imported == module || strings.HasPrefix(imported, module+"/") {
					does = true
					return fs.SkipAll
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return does
}
