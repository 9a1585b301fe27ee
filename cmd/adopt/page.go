package main

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
)

var (
	blockOf = regexp.MustCompile("(?s)```sh\n(.*?)```")
	// live begins a block that is for a service that runs, or runs it.
	live = regexp.MustCompile(`^(API=|export DATABASE_URL=|go run \./cmd/dev run)`)
	// created is a file that a block makes.
	created = regexp.MustCompile(`(?s)cat > ([^<\n]+) <<'EOF'\n(.*?\n)EOF\n`)
	// patched is an edit that a block makes.
	patched = regexp.MustCompile(`(?s)go run \./cmd/adopt -edit <<'EOF'\n(.*?\n)EOF\n`)
)

// pastePage does what a page has its reader paste, but for the blocks that use a running
// service: all of it, or nothing.
func pastePage(ctx context.Context, dir, page string, out io.Writer) error {
	text, err := os.ReadFile(filepath.Join(dir, page)) //nolint:gosec // the folder is the user's
	if err != nil {
		return fmt.Errorf("read the page: %w; name one like docs/how-to/add-a-query.md", err)
	}
	var script strings.Builder
	for _, block := range blockOf.FindAllStringSubmatch(strings.ReplaceAll(string(text), "\r\n", "\n"), -1) {
		if !live.MatchString(block[1]) {
			script.WriteString(block[1])
		}
	}
	if !patched.MatchString(script.String()) {
		return fmt.Errorf("%s has nothing to paste: it is to be read", page)
	}
	for _, file := range created.FindAllStringSubmatch(script.String(), -1) {
		is, err := os.ReadFile(filepath.Join(dir, file[1])) //nolint:gosec // as above
		if err == nil && string(is) != file[2] {
			return fmt.Errorf("%s is there already, and another one; nothing was changed", file[1])
		}
	}
	return wholly(ctx, dir, func() error {
		command := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", script.String())
		var said bytes.Buffer
		command.Dir, command.Stdout, command.Stderr = dir, io.MultiWriter(out, &said), &said
		if err := command.Run(); err != nil {
			return errors.Join(fmt.Errorf("%s does not fit: %w", page, err), errors.New(strings.TrimSpace(said.String())))
		}
		return nil
	})
}
