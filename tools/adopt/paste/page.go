// Package paste reads the commands and files that a page of docs/ tells its reader to paste.
// Package paste runs these commands and writes these files (adopt -page).
package paste

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"example.com/pgcqrs/tools/adopt/patch"
	"example.com/pgcqrs/tools/adopt/worktree"
)

var (
	Block = regexp.MustCompile("(?s)```sh\n(.*?)```")
	// live matches the beginning of a code block that starts a service or needs a running service.
	live = regexp.MustCompile(`^(API=|export DATABASE_URL=|go run \./cmd/dev run)`)
	// Created matches the part of a code block that creates a file.
	Created = regexp.MustCompile(`(?s)cat > ([^<\n]+) <<'EOF'\n(.*?\n)EOF\n`)
	// Patched matches the part of a code block that applies a patch with adopt -edit.
	Patched = regexp.MustCompile(`(?s)go run \./cmd/adopt -edit <<'EOF'\n(.*?\n)EOF\n`)
	// changed matches the path of a file that a code block patches or appends to.
	changed = regexp.MustCompile(`(?m)^(?:--- a/|cat >> )([^\s<]+)`)
	// madeFolders matches the folders that a code block creates.
	madeFolders = regexp.MustCompile(`(?m)^mkdir -p (.+)$`)
	// begun matches the name of a workflow that a code block adds with adopt -new-workflow.
	begun = regexp.MustCompile(`(?m)^go run \./cmd/adopt -new-workflow (\S+)$`)
)

// Page runs the code blocks of a page that its readers should paste. Page leaves out the code
// blocks that need a running service. If a command fails, Page restores every file.
func Page(ctx context.Context, dir, page string, out io.Writer) error {
	text, err := os.ReadFile(filepath.Join(dir, page)) //nolint:gosec // the folder is the user's
	if err != nil {
		return fmt.Errorf("read the page: %w; name one like docs/how-to/add-a-query.md", err)
	}
	var script strings.Builder
	for _, block := range Block.FindAllStringSubmatch(strings.ReplaceAll(string(text), "\r\n", "\n"), -1) {
		if !live.MatchString(block[1]) {
			script.WriteString(block[1])
		}
	}
	if !Patched.MatchString(script.String()) {
		return fmt.Errorf("%s has nothing to paste; it is only for reading", page)
	}
	for _, file := range Created.FindAllStringSubmatch(script.String(), -1) {
		is, err := os.ReadFile(filepath.Join(dir, file[1])) //nolint:gosec // the folder is the user's
		if err == nil && string(is) != file[2] {
			return fmt.Errorf("%s exists already, with other contents; nothing was changed", file[1])
		}
	}
	if err := refuseMissing(dir, script.String()); err != nil {
		return fmt.Errorf("%s does not fit: %w; nothing was changed", page, err)
	}
	return worktree.Wholly(ctx, dir, func() error {
		command := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", script.String())
		var said bytes.Buffer
		command.Dir, command.Stdout, command.Stderr = dir, io.MultiWriter(out, &said), &said
		if err := command.Run(); err != nil {
			return errors.Join(fmt.Errorf("%s does not fit: %w", page, err), errors.New(strings.TrimSpace(said.String())))
		}
		return nil
	})
}

// refuseMissing fails if the script of a page changes a file that does not exist. It also fails if
// the script creates a file in a folder that does not exist. Files and folders that the script
// itself creates are allowed.
func refuseMissing(dir, script string) error {
	made := make(map[string]bool)
	for _, found := range madeFolders.FindAllStringSubmatch(script, -1) {
		for folder := range strings.FieldsSeq(found[1]) {
			made[folder] = true
		}
	}
	for _, found := range begun.FindAllStringSubmatch(script, -1) {
		made["internal/workflows/"+strings.ReplaceAll(found[1], "-", "")] = true
	}
	var needed []string
	for _, file := range Created.FindAllStringSubmatch(script, -1) {
		made[file[1]] = true
		needed = append(needed, filepath.ToSlash(filepath.Dir(file[1])))
	}
	for _, file := range changed.FindAllStringSubmatch(script, -1) {
		needed = append(needed, file[1])
	}
	for _, path := range needed {
		if _, err := os.Stat(filepath.Join(dir, path)); errors.Is(err, os.ErrNotExist) && !made[path] {
			return patch.Missing(path)
		}
	}
	return nil
}
