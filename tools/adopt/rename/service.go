// Package rename changes names in a copy of the template: the names of the service (adopt MODULE),
// or the import path of the engine (adopt -engine-path).
package rename

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/adopt/names"
	"example.com/pgcqrs/tools/adopt/plan"
	"example.com/pgcqrs/tools/adopt/template"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// prepare reads every file of the service and returns the planned changes. prepare changes no file.
// prepare fails if git could not undo the changes.
func prepare(ctx context.Context, dir string, n names.Names) (plan.Plan, error) {
	if err := refuseOther(dir); err != nil {
		return nil, err
	}
	module, err := names.ModuleOf(dir, ".")
	if err != nil || module != names.OldModule {
		return nil, err
	}
	engine, err := names.ModuleOf(dir, "engine")
	if errors.Is(err, fs.ErrNotExist) {
		engine, err = names.OldModule+"/engine", nil
	}
	if err != nil {
		return nil, err
	}
	if err := refuseService(dir, n.Module, engine); err != nil {
		return nil, err
	}
	n.Kept = append(slices.Clone(n.Kept), engine)
	return plan.Of(ctx, dir, func(path, text string) (string, int) {
		if !names.OfTheService(path) {
			return text, 0
		}
		return inFile(n, path, text)
	})
}

// inFile replaces the old names in a file's text with the new names.
func inFile(n names.Names, path, text string) (renamed string, places int) {
	renamed, places = n.In(text)
	switch {
	case path == "README.md" && places > 0:
		renamed = ofService(renamed, n.Service)
	case filepath.Base(path) == "go.mod":
		renamed = names.InVersions(renamed, n.Module)
	}
	return renamed, places
}

// apply first copies the template's own texts to docs/template. apply then changes the files, and
// removes the files that are about the template.
func apply(ctx context.Context, p plan.Plan, dir string, keepLab bool) error {
	if err := template.Keep(ctx, dir, io.Discard); err != nil {
		return err
	}
	if err := p.Write(dir); err != nil {
		return err
	}
	if !keepLab {
		if err := template.DropLab(dir, io.Discard); err != nil {
			return err
		}
	}
	// The command `make work` writes the file go.work for editors. An existing go.work may list
	// modules that are now removed, so it is removed. `make work` writes it again.
	if err := worktree.Remove(dir, "go.work*", io.Discard); err != nil {
		return err
	}
	return template.Drop(ctx, dir, io.Discard)
}

// show prints the planned changes, folder by folder.
func show(p plan.Plan, out io.Writer, n names.Names, keepLab bool) {
	fmt.Fprintf(out, "module   %s → %s\nservice  %s → %s\n\n", names.OldModule, n.Module, names.OldService, n.Service)
	p.Count(out, "  removed, because they are about the template: "+strings.Join(template.Paths(keepLab), ", ")+"\n"+
		"  README.md and "+template.Changelog+" become the service's; the template's stay in "+template.Folder+"\n")
}

// Service describes the service that a copy becomes.
type Service struct {
	Module  string
	Name    string // "": the last part of the module path
	KeepLab bool   // do not remove tools/lab
}

// done is the message that adopt prints after it has renamed a copy. The message lists what the
// user must do next.
const done = `done. Try it with go run ./cmd/dev run, and go run ./cmd/dev test.
In README.md, replace the HTML comment by a line that says what the service is for.
LICENSE is the template's: Apache-2.0. The code that came from the template stays under this licence. ` + template.Folder + `/LICENSE
is a copy of it: pass the copy on if you give the code or the programs to others. For your own code, keep LICENSE, or replace it.
`

// Copy renames the module and the service of the copy, if the user agrees. Otherwise Copy changes
// nothing.
func Copy(ctx context.Context, dir string, s Service, agreed func() bool, out io.Writer) error {
	n, err := names.New(s.Module, s.Name)
	if err != nil {
		return err
	}
	p, err := prepare(ctx, dir, n)
	if err != nil {
		return err
	}
	if len(p) == 0 {
		fmt.Fprintln(out, "nothing to do: this copy has been adopted already")
		return nil
	}
	p = p.Without(append(template.Paths(s.KeepLab), template.Changelog)) // Keep writes the changelog
	show(p, out, n, s.KeepLab)
	if !agreed() {
		return errors.New("nothing was changed")
	}
	if err := worktree.Wholly(ctx, dir, func() error { return apply(ctx, p, dir, s.KeepLab) }); err != nil {
		return err
	}
	fmt.Fprint(out, done)
	worktree.SayCommit(dir, out)
	return nil
}
