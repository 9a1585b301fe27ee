package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// change is what is to become of a file.
type change struct {
	path    string
	content []byte
	mode    fs.FileMode
	places  int
}

type plan []change

// prepare looks at every file of the service and changes none. It fails where a change could not be
// taken back.
func prepare(ctx context.Context, dir string, n names) (plan, error) {
	if err := refuseOther(dir); err != nil {
		return nil, err
	}
	module, err := moduleOf(dir, ".")
	if err != nil || module != oldModule {
		return nil, err
	}
	engine, err := moduleOf(dir, "engine")
	if errors.Is(err, fs.ErrNotExist) {
		engine, err = oldModule+"/engine", nil
	}
	if err != nil {
		return nil, err
	}
	if err := refuseService(dir, n.module, engine); err != nil {
		return nil, err
	}
	n.kept = append(slices.Clone(n.kept), engine)
	return planOf(ctx, dir, func(path, text string) (string, int) {
		if !ofTheService(path) {
			return text, 0
		}
		return n.inFile(path, text)
	})
}

// ofTheService says whether a file is named by the service: all are but those of the engine and of the
// tools. The lab is the service's, whose programs it tries.
func ofTheService(path string) bool {
	path = filepath.ToSlash(path)
	return strings.HasPrefix(path, lab+"/") || !strings.HasPrefix(path, "engine/") && !strings.HasPrefix(path, "tools/")
}

// inFile puts the new names in a file's text.
func (n names) inFile(path, text string) (renamed string, places int) {
	renamed, places = n.in(text)
	switch {
	case path == "README.md" && places > 0:
		renamed = ofService(renamed, n.service)
	case filepath.Base(path) == "go.mod":
		renamed = inVersions(renamed, n.module)
	}
	return renamed, places
}

// moduleOf returns the path of the module in a folder.
func moduleOf(dir, folder string) (string, error) {
	content, err := os.ReadFile(filepath.Join(dir, folder, "go.mod")) //nolint:gosec // the folder is the user's
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(content)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "module" {
			return strings.Trim(fields[1], `"`), nil
		}
	}
	return "", fmt.Errorf("%s/go.mod names no module", folder)
}

// planOf returns what an edit changes in the files of a folder, and changes none.
func planOf(ctx context.Context, dir string, edit func(path, text string) (edited string, places int)) (plan, error) {
	files, err := filesOf(ctx, dir)
	if err != nil {
		return nil, err
	}
	var p plan
	for _, path := range files {
		c, err := changeOf(dir, path, edit)
		if err != nil {
			return nil, err
		}
		if c.places > 0 {
			p = append(p, c)
		}
	}
	if len(p) == 0 {
		return nil, nil
	}
	return p, refuseDirty(ctx, dir)
}

// refuseOther fails for a folder that is no clone of the whole template.
func refuseOther(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return fmt.Errorf("run this in the template's folder, which has go.mod: %w", err)
	}
	for _, folder := range []string{"engine", "tools"} {
		if _, err := os.Stat(filepath.Join(dir, folder)); err != nil {
			return fmt.Errorf("there is no %s/ here: this template is more than one Go module, and a copy of one of them alone, as gonew makes it, can't be adopted; clone the repository instead", folder)
		}
	}
	return nil
}

// filesOf are those that git has or would take, or all where there is no git.
func filesOf(ctx context.Context, dir string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		command := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
		command.Dir = dir
		output, err := command.Output()
		if err != nil {
			return nil, fmt.Errorf("git ls-files: %w", err)
		}
		return strings.FieldsFunc(string(output), func(r rune) bool { return r == 0 }), nil
	}
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == ".dev" { // this program is in it
			return fs.SkipDir
		}
		if entry.Type().IsRegular() {
			relative, err := filepath.Rel(dir, path)
			files = append(files, relative)
			return err
		}
		return nil
	})
	return files, err
}

// changeOf returns what an edit makes of a file.
func changeOf(dir, path string, edit func(path, text string) (string, int)) (change, error) {
	full := filepath.Join(dir, path)
	info, err := os.Lstat(full)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return change{}, nil // git lists what is deleted, and links
	}
	if err != nil {
		return change{}, err
	}
	content, err := os.ReadFile(full) //nolint:gosec // as above
	if err != nil {
		return change{}, err
	}
	if bytes.IndexByte(content, 0) >= 0 {
		return change{}, nil // no text
	}
	text, places := edit(path, string(content))
	c := change{path: path, content: []byte(text), mode: info.Mode().Perm(), places: places}
	if places > 0 && strings.HasSuffix(path, ".go") { // names of another length move what is lined up
		if c.content, err = format.Source(c.content); err != nil {
			return change{}, fmt.Errorf("format %s: %w", path, err)
		}
	}
	return c, nil
}

// refuseDirty fails if git could not take the change back.
func refuseDirty(ctx context.Context, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return nil // there is no git, and a copy is a copy
	}
	command := exec.CommandContext(ctx, "git", "status", "--porcelain")
	command.Dir = dir
	output, err := command.Output()
	if err != nil {
		return fmt.Errorf("git status: %w", err)
	}
	if len(bytes.TrimSpace(output)) > 0 {
		return errors.New("there are changes that are not committed: commit them first, so that this one can be taken back")
	}
	return nil
}

// write changes the files.
func (p plan) write(dir string) error {
	for _, c := range p {
		full := filepath.Join(dir, c.path)
		if err := os.WriteFile(full, c.content, c.mode); err != nil {
			return err
		}
		if err := os.Chmod(full, c.mode); err != nil {
			return err
		}
	}
	return nil
}

// apply changes the files, and takes out what is about the template.
func (p plan) apply(dir string, keepLab bool) error {
	if err := p.write(dir); err != nil {
		return err
	}
	if !keepLab {
		if err := dropLab(dir, io.Discard); err != nil {
			return err
		}
	}
	// What make work has written for editors lists modules that may be gone; make work writes it again.
	if err := remove(dir, "go.work*", io.Discard); err != nil {
		return err
	}
	return dropTemplateTests(dir, io.Discard)
}
