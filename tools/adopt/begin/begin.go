// Package begin adds a new aggregate or a new projection to a service (adopt -new-aggregate,
// -new-projection). Package begin copies the code of an example from a page in docs/, and replaces
// the example's name by the new name.
package begin

import (
	"context"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"example.com/pgcqrs/tools/adopt/migration"
	"example.com/pgcqrs/tools/adopt/paste"
	"example.com/pgcqrs/tools/adopt/patch"
	"example.com/pgcqrs/tools/adopt/step"
	"example.com/pgcqrs/tools/adopt/template"
	"example.com/pgcqrs/tools/adopt/worktree"
)

var (
	properName = regexp.MustCompile(`^[a-z][a-z]{1,29}$`)
	// dated matches the path of a migration in a page of docs/. When New creates the migration in a
	// service, New replaces the migration's number by the present time.
	dated = regexp.MustCompile(`^migrations/\$\(.*\)_(.+)$`)
)

// New copies an example (the parameter like) from its page in docs/. New creates the example's
// files under a new name, and adds the example's code to existing files. If a step fails, New
// restores every file.
func New(ctx context.Context, dir string, like Example, name string, out io.Writer) error {
	if !properName.MatchString(name) {
		return fmt.Errorf("name %q: must be 2 to 30 lower-case letters, %s", name, like.naming)
	}
	if token.IsKeyword(name) || types.Universe.Lookup(name) != nil {
		return fmt.Errorf("name %q: is a keyword of the Go language; choose another name, %s", name, like.naming)
	}
	if _, err := os.Stat(filepath.Join(dir, like.Folder, name)); err == nil {
		fmt.Fprintf(out, "nothing to do: %s%s exists already\n", like.Folder, name)
		return nil
	}
	if one, many := strings.CutSuffix(name, like.plural); many && like.plural != "" {
		if _, err := os.Stat(filepath.Join(dir, like.Folder, one)); err == nil {
			return fmt.Errorf("name %q: is the plural of the existing %s%s; choose another name, %s", name, like.Folder, one, like.naming)
		}
	}
	if err := refuseTaken(dir, name, like.plural); err != nil {
		return err
	}
	if err := worktree.RefuseDirty(ctx, dir); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, like.Page)) //nolint:gosec // the folder is the user's
	if err != nil {
		return fmt.Errorf("read the page that shows one: %w", err)
	}
	page := strings.ReplaceAll(string(text), "\r\n", "\n")
	if !paste.Created.MatchString(page) || !paste.Patched.MatchString(page) {
		return fmt.Errorf("%s has no code blocks to copy any more: take the page from the template again", like.Page)
	}
	page = like.renamed(page, name)
	if err := refuseDeclared(dir, page); err != nil {
		return fmt.Errorf("name %q: %w", name, err)
	}
	if err := worktree.Wholly(ctx, dir, func() error { return like.write(ctx, dir, page, out) }); err != nil {
		return err
	}
	fmt.Fprintf(out, "done: it is wired, and compiles. Adapt it to your needs, beginning with %s; %s explains each part.\n", like.renamed(like.begin, name), like.Page)
	fmt.Fprintln(out, "Adapt events and tables before you run the service: a migration that was applied is not applied again, and events stay in the log. If you have run it before, remove the data that `dev run` names.")
	sayTry(page, out)
	worktree.SayCommit(dir, out)
	return nil
}

// write creates the page's files, applies the page's edits, and runs the code generators.
func (like Example) write(ctx context.Context, dir, page string, out io.Writer) error {
	for _, file := range paste.Created.FindAllStringSubmatch(page, -1) {
		path := file[1]
		if found := dated.FindStringSubmatch(path); found != nil {
			var err error
			if path, err = migration.Path(dir, found[1]); err != nil {
				return err
			}
		}
		if err := worktree.Write(dir, path, file[2]); err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s is new\n", path)
	}
	for _, found := range paste.Patched.FindAllStringSubmatch(page, -1) {
		if err := patch.Apply(dir, found[1], out); err != nil {
			return err
		}
	}
	if err := template.Drop(ctx, dir, out); err != nil {
		return err
	}
	fmt.Fprintln(out, "  generating and compiling takes half a minute, or two minutes on a machine that has not built this before")
	for _, args := range [][]string{{"generate", "./internal/httpapi"}, {"test", "./internal/events", "-update"}, {"build", "./..."}, {"fmt", "./internal/...", "./cmd/..."}, {"-C", "tools", "fmt", "./..."}} {
		if err := step.Go(ctx, dir, out, args...); err != nil {
			return err
		}
	}
	return nil
}
