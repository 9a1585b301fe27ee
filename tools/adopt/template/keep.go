package template

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"example.com/pgcqrs/tools/adopt/cut"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// Folder keeps the template's own texts in a copy that has texts of its own.
const Folder = cut.Untouched

// Changelog is the template's in a clone, and the service's own after Keep.
const Changelog = "CHANGELOG.md"

const (
	// inTemplate is a file that every clone of the template has, and no service.
	inTemplate = "internal/docs_test.go"
	// kept is what a text in docs/template begins with.
	kept = "> This is %s of the template that the service was made from, as of %s.\n> Links lead to files of the service, which may have changed since, or be gone.\n\n"
	// changelog is what a service's own begins as. Its version is the template's, which the contract and the programs have, too.
	changelog = "# Changelog\n\nThe form is [Keep a Changelog](https://keepachangelog.com/en/1.1.0/); versions follow [SemVer](https://semver.org).\n\n%s\n"
)

var (
	// relative is a link to a file of the repository.
	relative = regexp.MustCompile(`\]\(([\w.][^):]*)\)`)
	newest   = regexp.MustCompile(`(?m)^## .*$`)
)

// Keep copies the template's README, changelog and licence to docs/template, with the commit that they are of, and
// leaves an empty changelog. It does nothing to a copy that is the template no more, and nothing the second time.
func Keep(ctx context.Context, dir string, out io.Writer) error {
	if _, err := os.Stat(filepath.Join(dir, inTemplate)); err != nil {
		return nil //nolint:nilerr // it is a service, whose texts are its own
	}
	if _, err := os.Stat(filepath.Join(dir, Folder)); err == nil {
		return nil
	}
	from := commitOf(ctx, dir)
	for _, name := range []string{"README.md", Changelog, "LICENSE"} {
		content, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // the folder is the user's
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return err
		}
		text := string(content)
		if filepath.Ext(name) == ".md" {
			text = fmt.Sprintf(kept, name, from) + relative.ReplaceAllString(text, "](../../$1)")
		}
		if err := worktree.Write(dir, Folder+"/"+name, text); err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s is kept in %s\n", name, Folder)
	}
	return worktree.Rewrite(dir, Changelog, func(text string) string { return fmt.Sprintf(changelog, newest.FindString(text)) }, out)
}

// commitOf names the commit that a copy is at.
func commitOf(ctx context.Context, dir string) string {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return "an unknown commit (the copy had no git)"
	}
	command := exec.CommandContext(ctx, "git", "rev-parse", "HEAD")
	command.Dir = dir
	commit, err := command.Output()
	if err != nil {
		return "an unknown commit (git names none)"
	}
	return "commit " + strings.TrimSpace(string(commit))
}
