package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
)

// moveEngine gives the engine another import path, wherever it is named.
func moveEngine(ctx context.Context, dir string, w wanted, in io.Reader, out io.Writer) error {
	if err := refuseOther(dir); err != nil {
		return err
	}
	old, err := moduleOf(dir, "engine")
	if err != nil {
		return fmt.Errorf("find the engine's import path: %w", err)
	}
	if old == w.engine {
		fmt.Fprintln(out, "nothing to do: this is the engine's import path")
		return nil
	}
	if err := refuseEngine(dir, w.engine); err != nil {
		return err
	}
	named := regexp.MustCompile(regexp.QuoteMeta(old) + `\b`)
	plan, err := planOf(ctx, dir, func(path, text string) (string, int) {
		places := len(named.FindAllStringIndex(text, -1))
		text = named.ReplaceAllLiteralString(text, w.engine)
		if filepath.Base(path) == "go.mod" {
			text = inVersions(text, w.engine)
		}
		return text, places
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "engine   %s → %s\n\n", old, w.engine)
	plan.count(out, "")
	if !w.yes && !agreed(in, out) {
		return errors.New("nothing was changed")
	}
	if err := wholly(ctx, dir, func() error { return plan.write(dir) }); err != nil {
		return err
	}
	fmt.Fprintln(out, "done. It stays the engine's path from the day on which somebody imports it from elsewhere.")
	sayCommit(dir, out)
	return nil
}

// refuseEngine fails for a path that the engine can't have: what is no module's, another module's of
// this repository, and a path that another one's begins with, which a later change would take with it.
func refuseEngine(dir, engine string) error {
	if err := checkModule(engine); err != nil {
		return err
	}
	for _, folder := range []string{".", "tools"} {
		module, err := moduleOf(dir, folder)
		if err != nil {
			return err
		}
		if module == engine || strings.HasPrefix(module, engine+"/") {
			return fmt.Errorf("module %q: the module %s of this repository has that path, or one that begins with it", engine, module)
		}
	}
	return nil
}
