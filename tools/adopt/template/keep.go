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

// Folder is the folder in which a service stores the template's own texts.
const Folder = cut.Untouched

// Changelog is the path of the changelog in a clone: at first the template's changelog, and after a
// call of Keep the service's changelog.
const Changelog = "CHANGELOG.md"

const (
	// inTemplate is the path of a file that every clone of the template has and no service has.
	inTemplate = "internal/docs_test.go"
	// kept is the first paragraph that Keep adds to a text in docs/template.
	kept = "> This is %s of the template that the service was made from, as of %s.\n> Links lead to files of the service, which may have changed since, or be gone.\n\n"
	// changelog is the first content of a service's own changelog. The version in this content is
	// the template's version, which is also the version of the API contract and of the programs.
	changelog = "# Changelog\n\nThe form is [Keep a Changelog](https://keepachangelog.com/en/1.1.0/); versions follow [SemVer](https://semver.org).\n\n%s\n"
)

var (
	// relative matches a link to a file of the repository.
	relative = regexp.MustCompile(`\]\(([\w.][^):]*)\)`)
	newest   = regexp.MustCompile(`(?m)^## .*$`)
)

// Keep copies the template's README, changelog and licence to docs/template, and records the git
// commit from which they come. Keep then replaces the changelog with a new one, which has only the
// heading of the template's version. In a copy that adopt has already turned into a service, Keep
// does nothing.
func Keep(ctx context.Context, dir string, out io.Writer) error {
	if _, err := os.Stat(filepath.Join(dir, inTemplate)); err != nil {
		return nil //nolint:nilerr // the copy is a service, which has texts of its own
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

// commitOf returns a text that names the git commit that is checked out in a copy.
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
