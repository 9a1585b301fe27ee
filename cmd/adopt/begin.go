package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// example is a page of docs/ that a test pastes: what something new begins as.
type example struct {
	page   string
	name   string // of what the page makes
	folder string // of its package
	naming string
	begin  string // the file to begin with
}

var (
	anAggregate = example{"docs/replace-the-sample.md", "cart", "internal/write/", "in the singular, like invoice", "internal/events/cart.go"}
	aProjection = example{"docs/how-to/add-a-projection.md", "tallies", "internal/read/", "in the plural, like letters", "internal/read/tallies/tallies.go"}
)

var (
	properName = regexp.MustCompile(`^[a-z][a-z]{1,29}$`)
	created    = regexp.MustCompile(`(?s)cat > (\S+) <<'EOF'\n(.*?\n)EOF\n`)
	patched    = regexp.MustCompile(`(?s)git apply <<'EOF'\n(.*?\n)EOF\n`)
	migration  = regexp.MustCompile(`^migrations/\d+_(.+)$`)
)

// begin writes what the example makes under another name, wired.
func begin(ctx context.Context, dir string, like example, name string, out io.Writer) error {
	if !properName.MatchString(name) {
		return fmt.Errorf("name %q: must be 2 to 30 lower-case letters, %s", name, like.naming)
	}
	if _, err := os.Stat(filepath.Join(dir, like.folder, name)); err == nil {
		fmt.Fprintf(out, "nothing to do: there is %s%s\n", like.folder, name)
		return nil
	}
	if err := refuseDirty(ctx, dir); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, like.page)) //nolint:gosec // the folder is the user's
	if err != nil {
		return fmt.Errorf("read what it begins as: %w", err)
	}
	capital := func(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
	renamed := strings.NewReplacer(like.name, name, capital(like.name), capital(name))
	for _, file := range created.FindAllStringSubmatch(string(text), -1) {
		path, err := placeOf(dir, renamed.Replace(file[1]))
		if err != nil {
			return err
		}
		if err := writeNew(dir, path, renamed.Replace(file[2])); err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s is new\n", path)
	}
	for _, patch := range patched.FindAllStringSubmatch(string(text), -1) {
		if err := insert(dir, renamed.Replace(patch[1]), out); err != nil {
			return err
		}
	}
	for _, args := range [][]string{{"generate", "./internal/httpapi"}, {"test", "./internal/events", "-update"}, {"build", "./..."}, {"fmt", "./internal/...", "./cmd/..."}} {
		if err := goTool(ctx, dir, args...); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "done: it compiles and is wired. Make it yours, from %s on; %s says what is what\n", renamed.Replace(like.begin), like.page)
	return nil
}

func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	return command
}

func goTool(ctx context.Context, dir string, args ...string) error {
	if output, err := goCommand(ctx, dir, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, output)
	}
	return nil
}

// placeOf gives a migration the next free number.
func placeOf(dir, path string) (string, error) {
	found := migration.FindStringSubmatch(path)
	if found == nil {
		return path, nil
	}
	there, err := filepath.Glob(filepath.Join(dir, "migrations/[0-9]*.sql"))
	if err != nil {
		return "", err
	}
	newest := 0
	for _, file := range there {
		var number int
		if _, err := fmt.Sscanf(filepath.Base(file), "%d_", &number); err == nil {
			newest = max(newest, number)
		}
	}
	return fmt.Sprintf("migrations/%05d_%s", newest+1, found[1]), nil
}

func writeNew(dir, path, content string) error {
	full := filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // source code
		return err
	}
	return os.WriteFile(full, []byte(content), 0o644) //nolint:gosec // source code
}

// insert applies a patch that only adds lines. They find their places by the lines beside
// them, whatever else has come there since.
func insert(dir, patch string, out io.Writer) error {
	for _, part := range strings.Split("\n"+patch, "\n--- a/")[1:] {
		path, rest, _ := strings.Cut(part, "\n")
		text, err := os.ReadFile(filepath.Join(dir, path)) //nolint:gosec // as above
		if err != nil {
			return err
		}
		content, count := strings.Split(string(text), "\n"), 0
		for _, hunk := range strings.Split(rest, "\n@@ ")[1:] {
			_, lines, _ := strings.Cut(hunk, "\n")
			added, err := apply(&content, strings.Split(strings.TrimSuffix(lines, "\n"), "\n"))
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			count += added
		}
		if err := writeNew(dir, path, strings.Join(content, "\n")); err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s has %d lines more\n", path, count)
	}
	return nil
}

// apply puts each run of added lines between the lines that are around it in the hunk.
func apply(content *[]string, hunk []string) (count int, err error) {
	for i := 0; i < len(hunk); i++ {
		if !strings.HasPrefix(hunk[i], "+") {
			continue
		}
		var added []string
		before := i - 1
		for ; i < len(hunk) && strings.HasPrefix(hunk[i], "+"); i++ {
			added = append(added, hunk[i][1:])
		}
		if i == len(hunk) {
			return 0, errors.New("lines are added at the end of a hunk, where nothing says where they belong")
		}
		at := between(*content, hunk[:before+1], hunk[i:])
		if at < 0 {
			return 0, fmt.Errorf("there is no one place for %q", added[0])
		}
		*content = slices.Insert(*content, at, added...)
		count += len(added)
	}
	return count, nil
}

// indented is a line without what gofmt lines up within it.
func indented(line string) string {
	words := strings.TrimLeft(line, " \t")
	return line[:len(line)-len(words)] + strings.Join(strings.Fields(words), " ")
}

// between is where lines belong that come after some and before others: where the nearest
// of both are neighbours, or else before the one or after the other, if there is one of
// it, or after one that is further off.
func between(content, above, below []string) int {
	is := func(line, inHunk string) bool { return indented(line) == indented(strings.TrimPrefix(inHunk, " ")) }
	next := func(i int) bool { return is(content[i], below[0]) }
	places := []func(i int) bool{next}
	if len(above) > 0 {
		places = []func(i int) bool{func(i int) bool { return is(content[i-1], above[len(above)-1]) && next(i) }, next}
	}
	for _, line := range slices.Backward(above) {
		places = append(places, func(i int) bool { return is(content[i-1], line) })
	}
	for _, fits := range places {
		at := -1
		for i := 1; i < len(content); i++ {
			if !fits(i) {
				continue
			}
			if at >= 0 {
				at = -1
				break
			}
			at = i
		}
		if at >= 0 {
			return at
		}
	}
	return -1
}
