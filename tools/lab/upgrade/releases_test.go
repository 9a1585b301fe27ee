//go:build all

// Package upgrade_test replaces the programs of one release by those of another, while clients work
// and nothing may fail.
package upgrade_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// release is the folder of a release's programs.
type release string

// The programs of this tree, and those of an older commit: see commitBefore.
var (
	today  release
	before release
	from   string // which commit that is
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

// The schema, and the part of it that a commit must share for its databases to be upgraded: today's
// migrations of the engine.
const (
	schema = "../../../migrations/*.sql" // the engine's, too: a star of git's stands for folders as well
	layout = "migrations/engine"
)

// commitBefore returns UPGRADE_FROM, or else the last commit without the newest migration. If the
// databases of that commit can't be upgraded (see goesOn), or the schema was changed in another way
// since, it returns the first commit that has today's schema. Without a history, as in a copy, it
// returns "".
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

// goesOn reports whether today's programs can upgrade a commit's databases: each of the commit's
// migrations must be here, unchanged. Changing a migration in place, as before the first release,
// leaves databases of the commit behind.
func goesOn(commit string) bool {
	then, err := git("ls-tree", "-r", commit, "--", "../../../"+layout)
	return err == nil && then != "" && sameName(commit) && !slices.ContainsFunc(strings.Split(then, "\n"), changedSince)
}

// changedSince reports whether a file, as git ls-tree lists it, differs from what it was: "100644
// blob HASH\tNAME".
func changedSince(listed string) bool {
	meta, name, _ := strings.Cut(listed, "\t")
	now, err := git("hash-object", "--", name)
	return err != nil || !strings.HasSuffix(meta, " "+now)
}

// sameName reports whether a commit's module is today's: before the template was adopted, roles and
// tables may have had other names.
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

// checkout writes the commit's files.
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

// migrate brings a database to the release's schema.
func (r release) migrate(t *testing.T, url string) {
	t.Helper()
	command := exec.Command(filepath.Join(string(r), "migrate"))
	command.Env = []string{"DATABASE_URL=" + url}
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("migrate: %v\n%s", err, output)
	}
}
