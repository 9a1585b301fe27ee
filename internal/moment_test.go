package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// severalStatements lists the calls with which a query could read its position in one statement and
// its rows in another.
var severalStatements = []string{"Begin", "BeginTx", "BeginFunc", "BeginTxFunc", "SendBatch", "Acquire", "AcquireFunc"}

// TestQueriesReadInOneStatement checks that queries of read models read position and rows in one
// statement. In a transaction whose snapshot is older than its lock on a table, a query would see
// the rows from before the switch of a rebuild, or no rows, together with the position from after
// it, at any isolation level.
func TestQueriesReadInOneStatement(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("read/*/*.go")
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
		for _, wrong := range partedReads(t, file, string(source)) {
			t.Error(wrong)
		}
	}
	const parted = "package p\nfunc f() { pgx.BeginTxFunc(ctx, pool, options, read); pool.Query(ctx, sql) }"
	if found := partedReads(t, "parted.go", parted); len(found) != 1 || !strings.HasPrefix(found[0], "parted.go:2:") {
		t.Errorf("in a query of two statements it finds %q", found)
	}
}

// partedReads returns the lines at which a file reads in more than one statement.
func partedReads(t *testing.T, name, source string) (wrong []string) {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok && slices.Contains(severalStatements, selector.Sel.Name) {
			wrong = append(wrong, files.Position(selector.Pos()).String()+" uses "+selector.Sel.Name+": read the checkpoint and the rows in one statement of a pool")
		}
		return true
	})
	return wrong
}
