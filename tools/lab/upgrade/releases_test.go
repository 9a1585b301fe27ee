//go:build all

// Package upgrade_test replaces the programs of one release by the programs of another release.
// Meanwhile clients send requests, and no request may fail.
package upgrade_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// release is the path of the folder with the programs of a release.
type release string

// today is the folder with the programs of this source tree. before is the folder with the programs
// of the earlier commit, whose hash is in the variable from.
var (
	today  release
	before release
	from   string // the commit that commitBefore returns
)

func TestMain(m *testing.M) { os.Exit(prepare(m)) }

func prepare(m *testing.M) int {
	folder, err := os.MkdirTemp("", "releases")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	today, before = release(filepath.Join(folder, "today")), release(filepath.Join(folder, "before"))
	if err := build("../../..", today); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if from = commitBefore(); from != "" {
		fmt.Fprintf(os.Stderr, "upgrade: from commit %s; UPGRADE_FROM names another\n", from)
		source := filepath.Join(folder, "source")
		err := checkout(source)
		if err == nil {
			err = build(source, before)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "upgrade: the programs of commit %s can't be had: set UPGRADE_FROM to a release that builds\n%v\n", from, err)
			return 1
		}
	}
	return m.Run()
}

// These are two path patterns for git: schema matches all migrations, and layout matches the
// engine's migrations. Today's programs can upgrade the databases of a commit only if every engine
// migration of that commit still exists unchanged.
const (
	schema = "../../../migrations/*.sql" // also matches the engine's migrations, because in git a star matches folders
	layout = "migrations/engine"
)

// commitBefore returns the commit from which the test upgrades. This is the commit in the
// environment variable UPGRADE_FROM, if the variable is set. Otherwise it is the last commit before
// the newest migration was added. If the databases of that commit can't be upgraded (see goesOn),
// or if a migration has changed since that commit, commitBefore returns the first commit with
// today's schema. If the databases of this commit can't be upgraded either, or if there is no git
// history, commitBefore returns "".
func commitBefore() string {
	if given := os.Getenv("UPGRADE_FROM"); given != "" {
		return given
	}
	changed, err := git("log", "--format=%H", "-1", "--", schema)
	if err != nil || changed == "" {
		return ""
	}
	added, err := git("log", "--no-renames", "--diff-filter=A", "--format=%H", "-1", "--", schema)
	if parent, noParent := git("rev-parse", "--verify", "--quiet", added+"^"); err == nil && noParent == nil && added == changed && goesOn(parent) {
		return parent
	}
	if goesOn(changed) {
		return changed
	}
	return ""
}

// goesOn reports whether today's programs can upgrade the databases of a commit. Each migration of
// the engine in that commit must still exist, with the same statements: only comments may differ.
// Before the first release, migrations were changed in place, so the databases of most commits from
// that time can't be upgraded.
func goesOn(commit string) bool {
	then, err := git("ls-tree", "-r", commit, "--", "../../../"+layout)
	return err == nil && then != "" && sameName(commit) && !slices.ContainsFunc(strings.Split(then, "\n"), changedSince)
}

// changedSince reports whether a file differs from its version in a commit. Differences in comments
// do not count. The argument is the line that git ls-tree prints for the file: "100644 blob
// HASH\tNAME".
func changedSince(listed string) bool {
	meta, name, _ := strings.Cut(listed, "\t")
	then, err := git("cat-file", "blob", meta[strings.LastIndex(meta, " ")+1:])
	now, readErr := os.ReadFile(name)
	return err != nil || readErr != nil || withoutComments(then) != withoutComments(string(now))
}

// comment matches a comment of SQL that is not an instruction to goose.
var comment = regexp.MustCompile(`(?m)[ \t]*--( [^+\n].*)?$\n?`)

func withoutComments(sql string) string {
	return strings.TrimSpace(comment.ReplaceAllString(sql, "\n"))
}

// sameName reports whether a commit has today's module path. In a commit with another module path,
// roles and tables may have other names.
func sameName(commit string) bool {
	then, err := git("show", commit+":go.mod")
	now, readErr := os.ReadFile("../../../go.mod")
	first, _, _ := strings.Cut(then, "\n")
	return err == nil && readErr == nil && strings.HasPrefix(string(now), first+"\n")
}

func git(args ...string) (string, error) {
	output, err := exec.Command("git", args...).Output()
	return strings.TrimSpace(string(output)), err
}

// checkout writes the files of the commit to a folder.
func checkout(folder string) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	archive := exec.Command("git", "archive", "--format=tar", from)
	archive.Dir = "../../.."
	files, err := archive.Output()
	if err != nil {
		return fmt.Errorf("git archive %s: %w", from, err)
	}
	unpack := exec.Command("tar", "-x", "-C", folder)
	unpack.Stdin = bytes.NewReader(files)
	return unpack.Run()
}

func build(source string, to release) error {
	command := exec.Command("go", "build", "-buildvcs=false", "-o", string(to)+"/", "./cmd/api", "./cmd/projector", "./cmd/migrate")
	command.Dir = source
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", source, err, output)
	}
	return nil
}

// migrate applies the release's migrations to a database.
func (r release) migrate(t *testing.T, url string) {
	t.Helper()
	command := exec.Command(filepath.Join(string(r), "migrate"))
	command.Env = []string{"DATABASE_URL=" + url}
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("migrate: %v\n%s", err, output)
	}
}
