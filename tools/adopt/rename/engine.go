package rename

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/adopt/names"
	"example.com/pgcqrs/tools/adopt/plan"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// Engine changes the engine's import path in all files, if the user agrees. Otherwise Engine
// changes nothing.
func Engine(ctx context.Context, dir string, engine string, agreed func() bool, out io.Writer) error {
	if err := refuseOther(dir); err != nil {
		return err
	}
	old, err := names.ModuleOf(dir, "engine")
	if err != nil {
		return fmt.Errorf("find the engine's import path: %w", err)
	}
	if old == engine {
		fmt.Fprintln(out, "nothing to do: this is already the engine's import path")
		return nil
	}
	if err := refuseEngine(dir, engine); err != nil {
		return err
	}
	named := regexp.MustCompile(regexp.QuoteMeta(old) + `\b`)
	p, err := plan.Of(ctx, dir, func(path, text string) (string, int) {
		places := len(named.FindAllStringIndex(text, -1))
		text = named.ReplaceAllLiteralString(text, engine)
		if filepath.Base(path) == "go.mod" {
			text = names.InVersions(text, engine)
		}
		return text, places
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "engine   %s → %s\n\n", old, engine)
	p.Count(out, "")
	if !agreed() {
		return errors.New("nothing was changed")
	}
	if err := worktree.Wholly(ctx, dir, func() error { return p.Write(dir) }); err != nil {
		return err
	}
	fmt.Fprintln(out, "done. Once somebody imports the engine from another repository, its path can't change again.")
	worktree.SayCommit(dir, out)
	return nil
}

// refuseEngine returns an error for a path that the engine's module can't have. The path may be
// invalid, may be the path of another module of this repository, or may be a prefix of another
// module's path. With such a prefix, a later change of the engine's path would change the other
// module's path as well.
func refuseEngine(dir, engine string) error {
	if err := names.CheckModule(engine); err != nil {
		return err
	}
	for _, folder := range []string{".", "tools"} {
		module, err := names.ModuleOf(dir, folder)
		if err != nil {
			return err
		}
		if module == engine || strings.HasPrefix(module, engine+"/") {
			return fmt.Errorf("module %q: the path of the module %s of this repository is the same, or begins with it", engine, module)
		}
	}
	if slices.Contains(strings.Split(engine, "/"), "internal") {
		return fmt.Errorf("module %q: a path with the part \"internal\" can't be imported by the tools, or from elsewhere", engine)
	}
	service, err := names.ModuleOf(dir, ".")
	if err != nil {
		return err
	}
	return refuseService(dir, service, engine)
}
