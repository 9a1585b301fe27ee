package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	if slices.Contains(strings.Split(engine, "/"), "internal") {
		return fmt.Errorf("module %q: the part \"internal\" keeps the tools, and whoever else is not beside it, from importing it", engine)
	}
	service, err := moduleOf(dir, ".")
	if err != nil {
		return err
	}
	return refuseService(dir, service, engine)
}

// refuseService fails for a path that the service can't have beside the engine's: the same, one that begins with
// it, which a later -engine-path would take with it, and one by which the engine's is that of a folder of the service's.
func refuseService(dir, service, engine string) error {
	const instead = "adopt another module, or give the engine another path first (-engine-path)"
	if service == engine || strings.HasPrefix(service, engine+"/") {
		return fmt.Errorf("module %q: the engine's import path is %s, and the service can have neither that nor a path that begins with it: %s", service, engine, instead)
	}
	within, ok := strings.CutPrefix(engine, service+"/")
	folder, _, _ := strings.Cut(within, "/")
	if _, err := os.Stat(filepath.Join(dir, folder)); ok && folder != "engine" && err == nil {
		return fmt.Errorf("module %q: the engine's import path is %s, which is that of the service's folder %s/: %s", service, engine, folder, instead)
	}
	return nil
}
