// Package workflow adds a new workflow to a service (adopt -new-workflow): its functions, their
// test, a line in the list of workflows, and the migration that starts it.
package workflow

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/adopt/declared"
	"example.com/pgcqrs/tools/adopt/migration"
	"example.com/pgcqrs/tools/adopt/names"
	"example.com/pgcqrs/tools/adopt/patch"
	"example.com/pgcqrs/tools/adopt/step"
	"example.com/pgcqrs/tools/adopt/worktree"
)

const (
	folder = "internal/workflows"
	list   = folder + "/workflows.go"
)

var (
	//go:embed skeleton/workflow.go.txt
	code string
	//go:embed skeleton/workflow_test.go.txt
	test string

	// properName matches the names that workflows may have. A name must also be a valid name for a
	// queue, because the engine gives each workflow a queue with its name.
	properName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	// listed matches an aggregate in the service's list of aggregates.
	listed = regexp.MustCompile(`(?m)^var (\w+) = command\.NewAggregate\("([^"]+)"`)
)

// longest is the largest length that a name may have.
const longest = 60

// New adds a workflow. In the new code, each stream of the first aggregate in
// internal/write/write.go has an instance of the workflow. The user can change this. If a step
// fails, New restores every file.
func New(ctx context.Context, dir, name string, out io.Writer) error {
	if !properName.MatchString(name) || len(name) < 2 || len(name) > longest {
		return fmt.Errorf("name %q: must be 2 to %d lower-case letters, digits and single hyphens, a letter first, like late-fees", name, longest)
	}
	made := strings.ReplaceAll(name, "-", "")
	if _, err := os.Stat(filepath.Join(dir, folder, made)); err == nil {
		fmt.Fprintf(out, "nothing to do: %s/%s exists already\n", folder, made)
		return nil
	}
	if err := refuseTaken(dir, name, made); err != nil {
		return err
	}
	words, err := wordsFor(dir, name, made)
	if err != nil {
		return err
	}
	if err := worktree.Wholly(ctx, dir, func() error { return write(ctx, dir, name, made, words, out) }); err != nil {
		return err
	}
	fmt.Fprintf(out, "done: it is listed in %s, and compiles. Its instances are the streams of type %s: adapt Correlate and the rest of %s/%s/%[4]s.go; docs/how-to/a-workflow.md explains each part.\n",
		list, words["{{stream type}}"], folder, made)
	fmt.Fprintln(out, "Adapt it before you run the service: the name stays with jobs and events. The migration starts it at the head of the log, so it does not react to older events.")
	worktree.SayCommit(dir, out)
	return nil
}

// refuseTaken fails if the package of the workflow can't have this name, because Go or the list of
// workflows already uses the name.
func refuseTaken(dir, name, made string) error {
	if token.IsKeyword(made) || types.Universe.Lookup(made) != nil {
		return fmt.Errorf("name %q: is a keyword of the Go language; choose another name", name)
	}
	if slices.Contains([]string{"cmp", "event", "testing", "time", "uuid", "workflow", "write"}, made) {
		return fmt.Errorf("name %q: the code of workflows imports a package %s; choose another name", name, made)
	}
	there, err := declared.In(dir, folder)
	if err != nil {
		return err
	}
	if file, taken := there.Imported[made]; taken {
		return fmt.Errorf("name %q: %s imports another package %s; choose another name", name, file, made)
	}
	return nil
}

// wordsFor returns the texts that replace the words in brackets in the skeleton of a workflow.
func wordsFor(dir, name, made string) (map[string]string, error) {
	module, err := names.ModuleOf(dir, ".")
	if err != nil {
		return nil, err
	}
	engine, err := names.ModuleOf(dir, "engine")
	if err != nil {
		return nil, err
	}
	aggregates, err := os.ReadFile(filepath.Join(dir, "internal/write/write.go")) //nolint:gosec // the folder is the user's
	if err != nil {
		return nil, fmt.Errorf("look for aggregates: %w", err)
	}
	first := listed.FindStringSubmatch(string(aggregates))
	if first == nil {
		return nil, errors.New("the service has no aggregate, so a workflow could do nothing; begin with go run ./cmd/adopt -new-aggregate NAME")
	}
	return map[string]string{
		"{{name}}": name, "{{package}}": made, "{{module}}": module, "{{engine}}": engine,
		"{{aggregate}}": first[1], "{{stream type}}": first[2],
	}, nil
}

// write writes the files, and adds the workflow to the list.
func write(ctx context.Context, dir, name, made string, words map[string]string, out io.Writer) error {
	started, err := migration.Path(dir, "start_"+strings.ReplaceAll(name, "-", "_")+".sql")
	if err != nil {
		return err
	}
	files := []struct{ path, text string }{
		{folder + "/" + made + "/" + made + ".go", filled(code, words)},
		{folder + "/" + made + "/" + made + "_test.go", filled(test, words)},
		{started, fmt.Sprintf(startSQL, name)},
	}
	for _, file := range files {
		if err := worktree.Write(dir, file.path, file.text); err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s is new\n", file.path)
	}
	if err := patch.Apply(dir, filled(listing, words), out); err != nil {
		return err
	}
	for _, args := range [][]string{{"fmt", "./" + folder + "/..."}, {"test", "./" + folder + "/..."}} {
		if err := step.Go(ctx, dir, out, args...); err != nil {
			return err
		}
	}
	return nil
}

// filled replaces the words in brackets in a text of the skeleton.
func filled(text string, words map[string]string) string {
	for word, stands := range words {
		text = strings.ReplaceAll(text, word, stands)
	}
	return text
}

// startSQL is the text of the migration that starts a workflow.
const startSQL = `-- The workflow %[1]s.

-- +goose Up
SELECT start_workflow('%[1]s'); -- the workflow reacts to events recorded from now on

-- +goose Down
DELETE FROM checkpoints WHERE projection = 'workflow %[1]s';
`

// listing is a patch that adds the workflow to the list of workflows.
const listing = `--- a/internal/workflows/workflows.go
+++ b/internal/workflows/workflows.go
@@ -1 +1 @@
 import (
 	"{{engine}}/workflow"
+	"{{module}}/internal/workflows/{{package}}"
 )
@@ -1 +1 @@
 	Workflows: []workflow.Definition{
+		{{package}}.Workflow.Definition(),
 		// Every workflow has a line above.
 	},
`
