package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/logschema"
)

// methods lists the methods that write a line, with the level of the line; "": the call says it.
var methods = map[string]string{
	"Debug": "debug", "DebugContext": "debug", "Info": "info", "InfoContext": "info", "Warn": "warn", "WarnContext": "warn",
	"Error": "error", "ErrorContext": "error", "LogAttrs": "", "Log": "",
}

// isLogger matches the names of loggers in the code.
var isLogger = regexp.MustCompile(`(?i)logger$|^line$`)

// Each line that the code logs must be described in docs/logs.md, with its level and its fields. Each
// line that the page describes must be in the code. In a service that was made from this template,
// the test checks only the service's own lines, because the engine may be newer than the page.
func TestLogLinesAreInTheSchema(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/logs.md")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := logschema.Read(string(page))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	lines := 0
	for file := range importsByFile(t) {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "engine/enginetest/") || strings.HasPrefix(file, "engine/test/") || strings.HasPrefix(file, "tools/") || strings.HasPrefix(file, "test/") {
			continue
		}
		source := sourceOf(t, filepath.Join("..", file))
		all.WriteString(source)
		if ofLaterTemplate(file) {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok {
				lines += checkLine(t, schema, file, call)
			}
			return true
		})
	}
	if !inTheTemplate() {
		return
	}
	if lines < 80 {
		t.Errorf("only %d lines were found", lines)
	}
	for _, message := range schema.Messages() {
		if !strings.Contains(all.String(), `"`+strings.TrimSuffix(message, "…")) {
			t.Errorf("docs/logs.md describes %q, which is not in the code", message)
		}
	}
}

// checkLine compares a call of a logger with the schema. It returns 1 if the call writes a line with
// a message that the source contains, and otherwise 0.
func checkLine(t *testing.T, schema *logschema.Schema, file string, call *ast.CallExpr) (lines int) {
	t.Helper()
	selected, ok := call.Fun.(*ast.SelectorExpr)
	level, isMethod := methods[selectedName(selected)]
	if !ok || !isMethod || !isLogger.MatchString(lastName(selected.X)) {
		return 0
	}
	at := 0 // place of the message among the arguments
	switch {
	case level == "":
		at = 2
	case strings.HasSuffix(selected.Sel.Name, "Context"):
		at = 1
	}
	if at >= len(call.Args) || literalIn(call.Args[at]) == "" {
		return 0 // the message is computed: the tests of running programs check the line
	}
	message := literalIn(call.Args[at])
	line, listed := schema.Line(message)
	if !listed {
		t.Errorf("%s logs %q, which docs/logs.md does not describe", file, message)
		return 1
	}
	if level == "" && at == 2 {
		level = strings.ToLower(strings.TrimPrefix(lastName(call.Args[1]), "Level"))
	}
	if slices.Contains([]string{"debug", "info", "warn", "error"}, level) && !slices.Contains(line.Levels, level) {
		t.Errorf("%s logs %q with the level %s, and docs/logs.md says %v", file, message, level, line.Levels)
	}
	for _, field := range fieldsOf(call.Args[at+1:]) {
		if !line.Has(field) {
			t.Errorf("%s logs %q with the field %s, which docs/logs.md does not have", file, message, field)
		}
	}
	return 1
}

// fieldsOf returns the names of the fields in the arguments of a call: keys with values, and calls
// like slog.String.
func fieldsOf(args []ast.Expr) (fields []string) {
	for i := 0; i < len(args); i += 2 {
		if key := literalIn(args[i]); key != "" {
			fields = append(fields, key)
		}
	}
	for _, arg := range args {
		ast.Inspect(arg, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			if of, ok := call.Fun.(*ast.SelectorExpr); ok && lastName(of.X) == "slog" {
				fields = append(fields, literalIn(call.Args[0]))
			}
			return true
		})
	}
	return fields
}

// literalIn returns the text of a string literal, or of the literal with which a sum of strings
// begins. For other expressions it returns "".
func literalIn(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, _ := strconv.Unquote(e.Value) // the parser has accepted it
			return text
		}
	case *ast.BinaryExpr:
		return literalIn(e.X)
	}
	return ""
}

// selectedName returns the name after the last dot, or "" if there is none.
func selectedName(selected *ast.SelectorExpr) string {
	if selected == nil {
		return ""
	}
	return selected.Sel.Name
}

// lastName returns the last name of an expression like a.b.c, or of a call like a.With(…).
func lastName(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
