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

// severalStatements lists functions with which a query could send several statements. Such a query
// could read its position and its rows at two different moments.
var severalStatements = []string{"Begin", "BeginTx", "BeginFunc", "BeginTxFunc", "SendBatch", "Acquire", "AcquireFunc"}

// TestQueriesReadInOneStatement checks that each query of a read model reads its position and its
// rows in the same statement. Two statements are not safe at any isolation level, not even in one
// transaction. Between them, a rebuild may replace the table. The query could then return old rows,
// or no rows, together with the new position.
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

// partedReads returns the lines of a file that call a function from the list severalStatements.
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
