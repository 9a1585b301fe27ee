// Package begin makes a new aggregate or projection of the page in docs/ that shows one (adopt
// -new-aggregate, -new-projection).
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
	// dated is a migration of a page, whose number is the time at which it is pasted.
	dated = regexp.MustCompile(`^migrations/\$\(.*\)_(.+)$`)
)

// New writes what the example makes under another name, wired: all of it, or nothing.
func New(ctx context.Context, dir string, like Example, name string, out io.Writer) error {
	if !properName.MatchString(name) {
		return fmt.Errorf("name %q: must be 2 to 30 lower-case letters, %s", name, like.naming)
	}
	if token.IsKeyword(name) || types.Universe.Lookup(name) != nil {
		return fmt.Errorf("name %q: is a word of the Go language; name the thing in other words, %s", name, like.naming)
	}
	if _, err := os.Stat(filepath.Join(dir, like.Folder, name)); err == nil {
		fmt.Fprintf(out, "nothing to do: there is %s%s\n", like.Folder, name)
		return nil
	}
	if one, many := strings.CutSuffix(name, like.plural); many && like.plural != "" {
		if _, err := os.Stat(filepath.Join(dir, like.Folder, one)); err == nil {
			return fmt.Errorf("name %q: there is %s%s, whose plural it is; name another thing, %s", name, like.Folder, one, like.naming)
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
		return fmt.Errorf("read what it begins as: %w", err)
	}
	page := strings.ReplaceAll(string(text), "\r\n", "\n")
	if !paste.Created.MatchString(page) || !paste.Patched.MatchString(page) {
		return fmt.Errorf("%s has nothing to begin with any more: take it from the template again", like.Page)
	}
	page = like.renamed(page, name)
	if err := refuseDeclared(dir, page); err != nil {
		return fmt.Errorf("name %q: %w", name, err)
	}
	if err := worktree.Wholly(ctx, dir, func() error { return like.write(ctx, dir, page, out) }); err != nil {
		return err
	}
	fmt.Fprintf(out, "done: it compiles and is wired. Make it yours, from %s on; %s says what is what.\n", like.renamed(like.begin, name), like.Page)
	sayTry(page, out)
	worktree.SayCommit(dir, out)
	return nil
}

// write makes the files and the edits of a page, and what is generated from them.
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
	fmt.Fprintln(out, "  generating and compiling: half a minute; two on a machine that has not built this before, and longer on a busy one")
	for _, args := range [][]string{{"generate", "./internal/httpapi"}, {"test", "./internal/events", "-update"}, {"build", "./..."}, {"fmt", "./internal/...", "./cmd/..."}, {"-C", "tools", "fmt", "./..."}} {
		if err := step.Go(ctx, dir, out, args...); err != nil {
			return err
		}
	}
	return nil
}
