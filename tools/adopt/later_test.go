//go:build all

package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/names"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// In this test, a service was made from the template long ago and has grown since. One command
// replaces the engine of this service by the engine of a later tag of the template, as
// docs/how-to/take-later-fixes.md says. The command also removes the files that the later tag does
// not have any more.
func TestALaterFixIsTaken(t *testing.T) {
	t.Parallel()
	template, service := copyOf(t), grown(t)
	release(t, template, "v0.1.0")
	const gone, migration = "engine/event/personal_test.go", "00099_later.sql"
	replaceIn(t, filepath.Join(template, "engine/eventlog/delivery/pending.go"), "package delivery\n", "package delivery\n\n// A fix of "+names.OldModule+"'s.\n")
	if err := os.Remove(filepath.Join(template, gone)); err != nil {
		t.Fatal(err)
	}
	if err := worktree.Write(template, "engine/schema/"+migration, "-- +goose Up\nSELECT 1;\n"); err != nil {
		t.Fatal(err)
	}
	anotherEngine(t, template)
	release(t, template, "v0.2.0")

	git(t, service, "remote", "add", "template", template)
	git(t, service, "fetch", "-q", "--no-tags", "template", "refs/tags/*:refs/tags/template/*")
	git(t, service, "restore", "--source=template/v0.2.0", "--staged", "--worktree", "engine")
	do(t, service, "go", "mod", "tidy")
	do(t, service, "go", "generate", "./migrations")
	if _, err := os.Stat(filepath.Join(service, gone)); err == nil {
		t.Errorf("%s is there, which the tag no longer has", gone)
	}
	taken, err := os.ReadFile(filepath.Join(service, "engine/eventlog/delivery/pending.go"))
	if err != nil || !bytes.Contains(taken, []byte("// A fix of "+names.OldModule+"'s.")) {
		t.Errorf("the fix is not there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(service, "migrations/engine", migration)); err != nil {
		t.Errorf("the migration is not copied: %v", err)
	}
	do(t, service, "go", "build", "./...")
	do(t, service, "go", "vet", "./internal/...", "./migrations", "./cmd/...")
	do(t, service, "go", "test", "./internal", "./test", "./migrations")
}

// anotherEngine changes the engine of a template, as a later version may do. It changes the parts
// of the engine that the template's documents and tests name: log lines, tests, folders and
// imports, and the statements and settings that the engine's tests check. The documents and tests
// of a service must not depend on these parts of the engine.
func anotherEngine(t *testing.T, template string) {
	t.Helper()
	inEngine := func(path, from, to string) { replaceIn(t, filepath.Join(template, "engine", path), from, to) }
	inEngine("test/eventlog/testdata/advisory.sql", "SELECT", "SELECT 1 +")
	inEngine("pg/settings/testdata/settings.txt", "\n", "\nanother setting\n")
	inEngine("test/projection/projector_test.go", "func TestFrozenHolderLosesItsLock(", "func TestAHolderThatFreezesLosesItsLock(")
	if err := os.Rename(filepath.Join(template, "engine/test/snapshots"), filepath.Join(template, "engine/test/states")); err != nil {
		t.Fatal(err)
	}
	const another = "package edge\n\nimport (\n\t\"log/slog\"\n\n\t_ \"" + names.OldModule + "/engine/chain\"\n)\n\n// Another says something new.\ntype Another struct{ Logger *slog.Logger }\n\nfunc (a Another) say(path string) { a.Logger.Info(\"something new\", \"path\", path) }\n"
	for path, text := range map[string]string{"engine/edge/another.go": another, "engine/outbox/another/another.go": "// Package another is new.\npackage another\n"} {
		if err := worktree.Write(template, path, text); err != nil {
			t.Fatal(err)
		}
	}
}

// In this test, a service from which the template's sample was removed gets the folder tools/ of a
// later tag. The command adopt -remove-sample then removes the sample from tools/ (its files, its
// lines in other files, and its tests), and changes nothing outside of tools/. A second run of the
// command changes nothing.
func TestLaterToolsAreTaken(t *testing.T) {
	t.Parallel()
	template, service := copyOf(t), copyOf(t)
	const later = "tools/test/dev/later_test.go"
	if err := worktree.Write(template, later, "package dev_test\n"); err != nil {
		t.Fatal(err)
	}
	replaceIn(t, filepath.Join(template, "tools/adopt/shipped/shipped.txt"), "tools/test/dev/look_test.go\n", later+"\ntools/test/dev/look_test.go\n")
	release(t, template, "v0.2.0")
	adopt(t, service, "github.com/acme/orders")
	commit(t, service, "the service")
	adopt(t, service, "-remove-sample")
	commit(t, service, "the sample goes")

	git(t, service, "remote", "add", "template", template)
	git(t, service, "fetch", "-q", "--no-tags", "template", "refs/tags/*:refs/tags/template/*")
	git(t, service, "restore", "--source=template/v0.2.0", "--staged", "--worktree", "--", "tools/dev", "tools/test", "tools/adopt", "tools/go.mod", "tools/go.sum", ":!tools/adopt/*_test.go")
	if _, err := os.Stat(filepath.Join(service, later)); err != nil {
		t.Fatalf("the later tools are not there: %v", err)
	}
	for _, own := range []string{".ci/run", "internal/docs_test.go", "docs/performance.md"} { // service files with the names of template files
		if err := worktree.Write(service, own, "package internal_test\n"); err != nil {
			t.Fatal(err)
		}
	}
	commit(t, service, "the tools of v0.2.0")
	do(t, service, "go", "run", "./cmd/adopt", "-remove-sample")
	for _, gone := range []string{"tools/test/dev", "tools/dev/stack/sample.go", "tools/adopt/adopt_test.go"} {
		if _, err := os.Stat(filepath.Join(service, gone)); err == nil {
			t.Errorf("%s is there", gone)
		}
	}
	status := exec.CommandContext(t.Context(), "git", "status", "--porcelain", "--", ".", ":!tools")
	status.Dir = service
	if output, err := status.Output(); err != nil || len(output) > 0 {
		t.Errorf("it changes more than the tools: %v\n%s", err, output)
	}
	do(t, service, "go", "-C", "tools", "vet", "./...")
	if err := os.Remove(filepath.Join(service, "internal/docs_test.go")); err != nil { // without this file, the tests do not take the copy for the template
		t.Fatal(err)
	}
	do(t, service, "go", "test", "./internal", "./test")
	commit(t, service, "without the sample's part")
	if said := adopt(t, service, "-remove-sample"); !strings.HasPrefix(said, "nothing to do") {
		t.Errorf("the second time it says %s", said)
	}
}

// The documentation describes a second way to use a later engine: the service has no folder
// engine/, and its go.mod requires a version of a published engine.
func TestALaterEngineIsRequired(t *testing.T) {
	t.Parallel()
	service, proxy := grown(t), t.TempDir()
	publish(t, service, proxy, names.OldModule+"/engine", "v0.2.0")
	cache, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	downloaded := filepath.ToSlash(filepath.Join(strings.TrimSpace(string(cache)), "cache", "download"))
	env := append(os.Environ(), "GOWORK=off", "GOSUMDB=off", "GONOSUMDB=*", "GOFLAGS=-mod=mod -modcacherw -trimpath -buildvcs=false",
		"GOMODCACHE="+filepath.Join(t.TempDir(), "modules"), fmt.Sprintf("GOPROXY=file://%s,file://%s,https://proxy.golang.org", filepath.ToSlash(proxy), downloaded))
	for _, args := range [][]string{
		{"mod", "edit", "-dropreplace=" + names.OldModule + "/engine", "-require=" + names.OldModule + "/engine@v0.2.0"},
		{"build", "./cmd/..."},
		{"list", "-f", "{{.Dir}}", names.OldModule + "/engine/event"},
	} {
		if err := os.RemoveAll(filepath.Join(service, "engine")); err != nil {
			t.Fatal(err)
		}
		command := exec.CommandContext(t.Context(), "go", args...)
		command.Dir, command.Env = service, env
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, output)
		}
		if args[0] == "list" && !strings.Contains(string(output), "engine@v0.2.0") {
			t.Errorf("the engine is in %s", output)
		}
	}
}

// grown returns a service that adopt has made from a copy of the template. The service has another
// name and an additional aggregate.
func grown(t *testing.T) string {
	t.Helper()
	dir := copyOf(t)
	adopt(t, dir, "github.com/acme/orders")
	commit(t, dir, "the service")
	adopt(t, dir, "-new-aggregate", "invoice")
	commit(t, dir, "invoices")
	return dir
}

// publish stores a service's engine in the files that a module proxy serves:
// https://go.dev/ref/mod#goproxy-protocol
func publish(t *testing.T, service, proxy, module, version string) {
	t.Helper()
	files, err := worktree.Files(t.Context(), service)
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, path := range files {
		inEngine, ok := strings.CutPrefix(filepath.ToSlash(path), "engine/")
		if !ok {
			continue
		}
		content, err := os.ReadFile(filepath.Join(service, path))
		if err != nil {
			t.Fatal(err)
		}
		file, err := w.Create(module + "@" + version + "/" + inEngine)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	definition, err := os.ReadFile(filepath.Join(service, "engine/go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"list": version + "\n", version + ".info": fmt.Sprintf("{\"Version\":%q,\"Time\":\"2026-01-01T00:00:00Z\"}", version), version + ".mod": string(definition), version + ".zip": archive.String(),
	} {
		if err := worktree.Write(proxy, module+"/@v/"+name, content); err != nil {
			t.Fatal(err)
		}
	}
}

// release commits all files of a folder, and tags the commit.
func release(t *testing.T, dir, tag string) {
	t.Helper()
	commit(t, dir, tag)
	git(t, dir, "tag", tag)
}

// changedIn lists the files in a folder of a copy that differ from the same files of this
// repository. changedIn does not list files that the copy lacks.
func changedIn(t *testing.T, dir, folder string) (changed []string) {
	t.Helper()
	files, err := worktree.Files(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if !strings.HasPrefix(path, folder+"/") {
			continue
		}
		is, err := os.ReadFile(filepath.Join(dir, path))
		was, missing := os.ReadFile(filepath.Join(root, path))
		if err != nil || missing != nil || !bytes.Equal(is, was) {
			changed = append(changed, path)
		}
	}
	return changed
}

func replaceIn(t *testing.T, path, from, to string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(content), from, to, 1)
	if changed == string(content) {
		t.Fatalf("%s has no %q", path, from)
	}
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}

// identity returns the git settings for an invented author of commits.
func identity() []string {
	return append(os.Environ(), "GIT_AUTHOR_NAME=Nobody", "GIT_AUTHOR_EMAIL=nobody@example.com", "GIT_COMMITTER_NAME=Nobody", "GIT_COMMITTER_EMAIL=nobody@example.com")
}

func commit(t *testing.T, dir, message string) {
	t.Helper()
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"commit", "-q", "-m", message}} {
		git(t, dir, args...)
	}
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", args...)
	command.Dir, command.Env = dir, identity()
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, output)
	}
}
