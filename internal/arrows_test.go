// Package internal_test holds the import arrows: who may know whom. They are read
// from the sources, so that the test's cache notices every change of them.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "example.com/pgcqrs/"

// engineModule is what the engine's packages begin with, which keep their name where the service gets another.
const engineModule = "example.com/pgcqrs/engine/"

// asOurs returns an import path as if the engine were a folder of the service's module.
func asOurs(imported string) string {
	if within, ok := strings.CutPrefix(imported, engineModule); ok {
		return module + "engine/" + within
	}
	return imported
}

// arrows say which of our packages a package may import; a star stands for one
// more folder. Tests may import more.
var arrows = []struct {
	from string
	to   []string
}{
	{"cmd/dev", []string{"internal/naming", "engine/enginetest/devtool/*"}},
	{"cmd/adopt", []string{"internal/naming", "engine/enginetest/devtool/launch"}},
	{"cmd/*", []string{"*", "*/*", "*/*/*"}},

	// Nobody needs tools/, and but for the lab it never knows the service.
	{"tools/dev", []string{"engine/*", "engine/enginetest/*", "engine/enginetest/devtool/*"}},
	{"tools/adopt", []string{"engine/ops/cli", "engine/enginetest/devtool/launch"}},
	{"tools/lab/*", []string{"*", "*/*", "*/*/*", "engine/enginetest/*", "engine/enginetest/devtool/gotool", "tools/lab/*", "tools/lab/*/*"}},
	{"tools/lab/*/*", []string{"*", "*/*", "*/*/*", "engine/enginetest/devtool/gotool", "tools/lab/*/*"}},

	{"internal/httpapi", []string{"api", "internal/httpapi/spec", "internal/write/*", "internal/read/*", "internal/events", "engine/auth", "engine/command", "engine/database", "engine/edge", "engine/edge/*", "engine/event", "engine/privacy", "engine/trail"}},
	{"internal/httpapi/spec", []string{"engine/event"}},
	{"internal/write/*", []string{"internal/events", "engine/event"}},
	{"internal/read/*", []string{"internal/events", "engine/event", "engine/database"}},
	{"internal/write", []string{"internal/write/*", "engine/command", "engine/event", "engine/snapshots"}},
	{"internal/read", []string{"internal/read/*", "engine/projection"}},
	{"internal/events", []string{"engine/event"}},
	{"internal/naming", nil},

	// The engine never knows the service.
	{"engine/projection", []string{"engine/eventstore", "engine/event", "engine/database"}},
	{"engine/seal", []string{"engine/eventstore", "engine/event", "engine/database"}},
	{"engine/eventstore", []string{"engine/event", "engine/database"}},
	{"engine/outbox", []string{"engine/database"}},
	{"engine/snapshots", []string{"engine/event", "engine/database"}},
	{"engine/privacy", []string{"engine/event", "engine/database"}},
	{"engine/command", []string{"engine/event"}},
	{"engine/trail", []string{"engine/event"}},
	{"engine/event", nil},
	{"engine/auth", nil},
	{"engine/auth/*", nil},
	{"engine/database", nil},
	{"engine/ops", []string{"engine/ops/cli"}},
	{"engine/ops/migrate", []string{"engine/ops/cli", "engine/auth/issuers", "engine/privacy", "engine/eventstore", "engine/event", "engine/database"}},
	{"engine/ops/api", []string{"engine/ops", "engine/ops/door", "engine/edge", "engine/command", "engine/projection", "engine/privacy", "engine/snapshots", "engine/eventstore", "engine/event", "engine/database"}},
	{"engine/ops/projector", []string{"engine/ops", "engine/projection", "engine/outbox", "engine/seal", "engine/snapshots", "engine/eventstore", "engine/event", "engine/database"}},
	{"engine/ops/verbs", []string{"engine/ops/cli", "engine/projection", "engine/outbox", "engine/seal", "engine/eventstore", "engine/event", "engine/database"}},
	{"engine/edge", []string{"engine/edge/*", "engine/auth", "engine/command", "engine/event"}},
	{"engine/edge/contract", []string{"engine/edge/problem"}},
	{"engine/edge/query", []string{"engine/edge/problem", "engine/command"}},
	{"engine/edge/problem", []string{"engine/auth", "engine/command", "engine/database", "engine/event", "engine/privacy"}},
	{"engine/edge/admission", nil},
	{"engine/edge/edgetest", []string{"engine/edge/contract", "engine/enginetest/contracttest"}},
	{"engine/ops/door", []string{"engine/ops", "engine/auth", "engine/auth/issuers", "engine/edge/admission"}},
	{"engine/ops/*", []string{"engine/ops"}},

	{"engine/schema", []string{"engine/database"}},
	{"engine/schema/apply", []string{"engine/schema"}},

	{"engine/enginetest/await", nil},
	{"engine/enginetest/broker", []string{"engine/enginetest/await"}},
	{"engine/enginetest/contracttest", nil},
	{"engine/enginetest/rig", []string{"engine/*", "engine/enginetest/await"}},
	{"engine/enginetest/tank", []string{"engine/*", "engine/enginetest/testdb"}},
	{"engine/enginetest/testdb", []string{"engine/database", "engine/enginetest/testdb/container", "engine/enginetest/devdb", "engine/schema", "engine/schema/apply"}},
	{"engine/enginetest/testdb/container", nil},
	{"engine/enginetest/devtool/arguments", []string{"engine/ops/cli"}},
	{"engine/enginetest/devtool/gotool", nil},
	{"engine/enginetest/devtool/gotool/testdata/says", []string{"engine/ops/cli"}},
	{"engine/enginetest/devtool/launch", []string{"engine/enginetest/devtool/gotool"}},

	{"engine/enginetest/devdb", nil},
	{"engine/enginetest/devissuer", []string{"engine/ops"}},
	{"engine/enginetest/devissuer/issuer", []string{"engine/enginetest/devissuer", "engine/ops", "engine/ops/cli"}},
	{"engine/enginetest/guest", []string{"engine/event"}},
	{"engine/enginetest/spec", []string{"engine/event", "engine/eventstore", "engine/projection", "engine/enginetest/await", "engine/enginetest/rig"}},
	{"engine/enginetest/storetest", []string{"engine/command", "engine/event"}},
	{"engine/enginetest/testdb/container/serve", []string{"engine/enginetest/testdb/container"}},
	{"engine/enginetest/programs", nil},

	{"engine/test/database/migrate", []string{"engine/*", "engine/ops/*", "engine/schema/apply", "engine/enginetest/tank"}},
	{"engine/test/edge/api", []string{"engine/*", "engine/edge/*", "engine/ops/*", "engine/enginetest/tank"}},
	{"engine/test/edge/projector", []string{"engine/*", "engine/ops/*", "engine/enginetest/tank"}},
	{"engine/test/seal/ops", []string{"engine/*", "engine/ops/*", "engine/enginetest/tank"}},

	{"migrations", []string{"engine/schema"}},
	{"api", nil},
}

// outside are imports of others that a package must do without.
var outside = []struct{ from, without, why string }{
	{"internal/write/*", "github.com/jackc/pgx", "a decision is pure"},
	{"engine/edge", "github.com/jackc/pgx", "HTTP knows no database"},
	{"engine/edge/*", "github.com/jackc/pgx", "HTTP knows no database"},
	{"cmd/api", "github.com/pressly/goose", "migrations are cmd/migrate's"},
	{"cmd/*", "github.com/testcontainers", "only tests start containers"},
	{"internal/*", "github.com/testcontainers", "only tests start containers"},
	{"internal/*/*", "github.com/testcontainers", "only tests start containers"},
	{"engine/*", "github.com/testcontainers", "only tests start containers"},
	{"engine/*/*", "github.com/testcontainers", "only tests start containers"},
	{"cmd/*", module + "test/", "only tests know tests"},
	{"cmd/*", module + "tools/", "nobody needs tools/: cmd/dev and cmd/adopt build what is there"},
	{"tools/*", "github.com/testcontainers", "only tests start containers"},
	{"cmd/api", "github.com/nats-io/nats-server", "the broker's server is for development"},
	{"cmd/api", module + "engine/enginetest/devissuer", "it gives anybody a token"},
	{"cmd/projector", "github.com/nats-io/nats-server", "the broker's server is for development"},
	{"migrations", "github.com/pressly/goose", "a program that serves applies nothing"},
	{"engine/schema", "github.com/pressly/goose", "a program that serves applies nothing"},
	{"engine/ops/*", "github.com/nats-io/nats-server", "the broker's server is for development"},
}

func TestImportArrows(t *testing.T) {
	t.Parallel()
	for file, imports := range importsByFile(t) {
		from := path.Dir(file)
		allowed, known := targets(from)
		if ofLaterTemplate(from + "/") {
			continue // its arrows are the template's to hold
		}
		if !known {
			t.Errorf("%s: package %s has no arrows: say in this test whom it may import", file, from)
		}
		for _, imported := range imports {
			if to, ours := strings.CutPrefix(imported, module); ours && !matchesAny(allowed, to) {
				t.Errorf("%s: %s may not import %s", file, from, to)
			}
			for _, ban := range outside {
				if matches(ban.from, from) && strings.HasPrefix(imported, ban.without) {
					t.Errorf("%s: %s may not import %s: %s", file, from, imported, ban.why)
				}
			}
		}
	}
}

// The contract is read in one place. Tests, and what only they import, may read it, too.
func TestOnePackageReadsTheContract(t *testing.T) {
	t.Parallel()
	for file, imports := range importsByFile(t) {
		from := path.Dir(file)
		if from == "engine/edge/contract" || from == "engine/enginetest/contracttest" || ofLaterTemplate(file) {
			continue
		}
		for _, imported := range imports {
			if strings.HasPrefix(imported, "github.com/getkin/kin-openapi") {
				t.Errorf("%s imports %s: engine/edge/contract is what reads the contract", file, imported)
			}
		}
	}
}

// cmd/dev and cmd/adopt, with all that they import, are compiled on a machine that has compiled
// nothing yet, while nothing is shown.
func TestTheFirstProgramIsSmall(t *testing.T) {
	t.Parallel()
	imports := make(map[string][]string)
	for file, imported := range importsByFile(t) {
		imports[path.Dir(file)] = append(imports[path.Dir(file)], imported...)
	}
	reached := []string{"cmd/dev", "cmd/adopt"}
	for i := 0; i < len(reached); i++ {
		for _, imported := range imports[reached[i]] {
			to, ours := strings.CutPrefix(imported, module)
			first, _, _ := strings.Cut(imported, "/")
			switch {
			case ours && !slices.Contains(reached, to):
				reached = append(reached, to)
			case !ours && (strings.Contains(first, ".") || first == "crypto" || imported == "net/http"):
				t.Errorf("%s imports %s, which takes long to compile", reached[i], imported)
			}
		}
	}
}

func targets(from string) (to []string, known bool) {
	for _, arrow := range arrows {
		if matches(arrow.from, from) {
			return arrow.to, true
		}
	}
	return nil, false
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, name) })
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// importsByFile reads the imports of every source file but tests, by its path from
// the root of the module.
func importsByFile(t *testing.T) map[string][]string {
	t.Helper()
	found := make(map[string][]string)
	root := os.DirFS("..")
	for _, top := range []string{"api", "cmd", "engine", "internal", "migrations", "tools"} {
		if !isThere(top) {
			continue // the service requires a published engine
		}
		err := fs.WalkDir(root, top, func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			found[name] = []string{}
			for _, spec := range parsed.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value) // it was parsed
				found[name] = append(found[name], asOurs(imported))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 20 {
		t.Fatalf("found only %d source files", len(found))
	}
	return found
}
