package logsql_test

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// asksOfTheTable lists files that have the name of the table events in their SQL, but read no rows
// of this table. These files only query the triggers of the table, the rights on the table, or its
// internal number (oid).
var asksOfTheTable = []string{"personal/erasure/trigger.go", "pg/role/excess.go", "process/projector/worker.go"}

// names is a regular expression for the table name events in SQL, in every spelling.
var names = regexp.MustCompile(`(?i)\b((from|join|into|update|table|truncate|copy|lock|only|using)\s+|from\s+\w+(\s+\w+)?(\s*,\s*\w+(\s+\w+)?)*\s*,\s*)` +
	`(only\s+)?("?\w+"?\.)?"?events"?(\s|$|\(|;|\)|,)|'(\w+\.)?events'::regclass|to_regclass\('(\w+\.)?events'`)

// Only the packages of the log have SQL that names the table events. Any other package that needs
// the table events includes a part of SQL from the package logsql in its statement. The test skips
// the schema, which contains the SQL functions of the log, and code that only tests use. If the
// sources of a service are present, the test checks them, too.
func TestOnlyTheLogNamesItsTable(t *testing.T) {
	t.Parallel()
	read := 0
	for _, root := range []string{"../..", "../../../internal", "../../../cmd"} {
		if _, err := os.Stat(root); err != nil {
			continue // the repository has only the engine, and no service
		}
		err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() {
				if root == "../.." && slices.Contains([]string{"eventlog", "schema", "enginetest", "test"}, name) {
					return fs.SkipDir
				}
				return nil
			}
			if ext := path.Ext(name); ext != ".go" && ext != ".sql" || strings.HasSuffix(name, "_test.go") || slices.Contains(asksOfTheTable, name) {
				return nil
			}
			text, err := os.ReadFile(path.Join(root, name))
			if err != nil {
				return err
			}
			read++
			sql := []string{string(text)}
			if path.Ext(name) == ".go" {
				sql = literals(text)
			}
			for _, part := range sql {
				if found := names.FindString(part); found != "" && isSQL.MatchString(part) {
					t.Errorf("%s/%s names the log's table: %q", root, name, found)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 100 {
		t.Fatalf("%d files were read", read)
	}
}

// isSQL reports whether a string literal is SQL, and not a sentence.
var isSQL = regexp.MustCompile(`\b(SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|TRUNCATE|COPY|LOCK|TABLE)\b`)

// literals returns the string literals of a source file. If literals are concatenated with the
// operator +, literals returns them as one string, without the expressions between them.
func literals(source []byte) (texts []string) {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(source))
	s.Init(file, source, nil, 0)
	joined := false
	for {
		_, kind, text := s.Scan()
		switch {
		case kind == token.EOF:
			return texts
		case kind == token.STRING:
			text, _ = strconv.Unquote(text) // unquoting can't fail, because the scanner has accepted the literal
			if joined {
				texts[len(texts)-1] += text
			} else {
				texts = append(texts, text)
			}
			joined = false
		default:
			joined = kind == token.ADD && len(texts) > 0
		}
	}
}

func TestTheTableIsFoundHoweverItIsNamed(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		`SELECT FROM events`, `SELECT 1 FROM public.events e`, `SELECT FROM ONLY events`, `SELECT FROM "events"`, `SELECT FROM outbox o, events e`,
		"SELECT\nFROM\n\tevents", `TRUNCATE events`, `COPY events (data) TO STDOUT`, `LOCK TABLE events`, `DELETE FROM events;`, `SELECT 'events'::regclass`,
		`SELECT to_regclass('events')`, `INSERT INTO events(id) SELECT 1`, `UPDATE events SET x = 1`, `SELECT FROM outbox JOIN events USING (id)`,
	} {
		if !names.MatchString(sql) || !isSQL.MatchString(sql) {
			t.Errorf("%s is not found", sql)
		}
	}
	for _, sql := range []string{`SELECT events FROM applied_ranges`, `SELECT FROM events_of_others`, `SELECT sum(r.events) FROM r`, `SELECT a, events, b FROM applied_ranges`} {
		if names.MatchString(sql) {
			t.Errorf("%s is taken for the table", sql)
		}
	}
	if got := literals([]byte("x := `SELECT FROM ` + `events` + y + \" e\"; z := \"a\"")); !slices.Equal(got, []string{"SELECT FROM events e", "a"}) {
		t.Errorf("literals are %q", got)
	}
}
