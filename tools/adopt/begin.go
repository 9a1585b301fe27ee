package main

import (
	"context"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// example is a page of docs/ that a test pastes: what something new begins as.
type example struct {
	page   string
	name   string // of what the page makes
	folder string // of its package
	naming string
	begin  string // the file to begin with
	plural string // what the name gets where there are many
}

var (
	anAggregate = example{"docs/replace-the-sample.md", "cart", "internal/write/", "in the singular, like invoice", "internal/events/cart.go", "s"}
	aProjection = example{"docs/how-to/add-a-projection.md", "tallies", "internal/read/", "in the plural, like letters", "internal/read/tallies/tallies.go", ""}
)

var (
	properName = regexp.MustCompile(`^[a-z][a-z]{1,29}$`)
	// dated is a migration of a page, whose number is the time at which it is pasted.
	dated = regexp.MustCompile(`^migrations/\$\(.*\)_(.+)$`)
)

// begin writes what the example makes under another name, wired: all of it, or nothing.
func begin(ctx context.Context, dir string, like example, name string, out io.Writer) error {
	if !properName.MatchString(name) {
		return fmt.Errorf("name %q: must be 2 to 30 lower-case letters, %s", name, like.naming)
	}
	if token.IsKeyword(name) || types.Universe.Lookup(name) != nil {
		return fmt.Errorf("name %q: is a word of the Go language; name the thing in other words, %s", name, like.naming)
	}
	if _, err := os.Stat(filepath.Join(dir, like.folder, name)); err == nil {
		fmt.Fprintf(out, "nothing to do: there is %s%s\n", like.folder, name)
		return nil
	}
	if one, many := strings.CutSuffix(name, like.plural); many && like.plural != "" {
		if _, err := os.Stat(filepath.Join(dir, like.folder, one)); err == nil {
			return fmt.Errorf("name %q: there is %s%s, whose plural it is; name another thing, %s", name, like.folder, one, like.naming)
		}
	}
	if err := refuseTaken(dir, name, like.plural); err != nil {
		return err
	}
	if err := refuseDirty(ctx, dir); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, like.page)) //nolint:gosec // the folder is the user's
	if err != nil {
		return fmt.Errorf("read what it begins as: %w", err)
	}
	page := strings.ReplaceAll(string(text), "\r\n", "\n")
	if !created.MatchString(page) || !patched.MatchString(page) {
		return fmt.Errorf("%s has nothing to begin with any more: take it from the template again", like.page)
	}
	page = like.renamed(page, name)
	if err := refuseDeclared(dir, page); err != nil {
		return fmt.Errorf("name %q: %w", name, err)
	}
	if err := wholly(ctx, dir, func() error { return like.write(ctx, dir, page, out) }); err != nil {
		return err
	}
	fmt.Fprintf(out, "done: it compiles and is wired. Make it yours, from %s on; %s says what is what.\n", like.renamed(like.begin, name), like.page)
	sayTry(page, out)
	sayCommit(dir, out)
	return nil
}

// refuseTaken fails if something else has the name already: a route, a table or a type of the
// contract, or a package that the new files import.
func refuseTaken(dir, name, plural string) error {
	many := name + plural
	if slices.Contains([]string{"event", "events", "read", "write", "command", "commands", "query", "queries", "server"}, name) {
		return fmt.Errorf("name %q: the engine has it; name the thing in other words", name)
	}
	contract, err := os.ReadFile(filepath.Join(dir, "api/openapi.yaml")) //nolint:gosec // the folder is the user's
	if err != nil {
		return err
	}
	if regexp.MustCompile(`(?m)^  /v1/`+many+`(/.*)?:`).Match(contract) || regexp.MustCompile(`(?mi)^    `+name+`:`).Match(contract) {
		return fmt.Errorf("name %q: api/openapi.yaml has /v1/%s, or a schema of that name, already", name, many)
	}
	return nil
}

// renamed puts another name in the example's place.
func (like example) renamed(text, name string) string {
	capital := func(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
	text = strings.NewReplacer(like.name, name, capital(like.name), capital(name), strings.ToUpper(like.name), strings.ToUpper(name)).Replace(text)
	if strings.ContainsAny(name[:1], "aeiou") {
		text = regexp.MustCompile(`\b([Aa]) (`+name+`|`+capital(name)+`)`).ReplaceAllString(text, "${1}n $2")
	}
	return text
}

// write makes the files and the edits of a page, and what is generated from them.
func (like example) write(ctx context.Context, dir, page string, out io.Writer) error {
	for _, file := range created.FindAllStringSubmatch(page, -1) {
		path := file[1]
		if migration := dated.FindStringSubmatch(path); migration != nil {
			var err error
			if path, err = numbered(dir, migration[1]); err != nil {
				return err
			}
		}
		if err := writeFile(dir, path, file[2]); err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s is new\n", path)
	}
	for _, patch := range patched.FindAllStringSubmatch(page, -1) {
		if err := edit(dir, patch[1], out); err != nil {
			return err
		}
	}
	if err := dropTemplateTests(dir, out); err != nil {
		return err
	}
	fmt.Fprintln(out, "  generating and compiling: half a minute; two on a machine that has not built this before, and longer on a busy one")
	for _, args := range [][]string{{"generate", "./internal/httpapi"}, {"test", "./internal/events", "-update"}, {"build", "./..."}, {"fmt", "./internal/...", "./cmd/..."}, {"-C", "tools", "fmt", "./..."}} {
		if err := goTool(ctx, dir, out, args...); err != nil {
			return err
		}
	}
	return nil
}

// saidEvery is how often a step that goes on is said again.
const saidEvery = 15 * time.Second

// during says what is done before it is done, and again while it takes long.
func during(out io.Writer, what string, every time.Duration, do func() error) error {
	fmt.Fprintf(out, "  %s\n", what)
	began, tick, done := time.Now(), time.NewTicker(every), make(chan error, 1)
	defer tick.Stop()
	go func() { done <- do() }()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			fmt.Fprintf(out, "  %s, %v …\n", what, time.Since(began).Round(time.Second))
		}
	}
}

func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	return command
}

func goTool(ctx context.Context, dir string, out io.Writer, args ...string) error {
	what := "go " + strings.Join(args, " ")
	return during(out, what, saidEvery, func() error {
		if output, err := goCommand(ctx, dir, args...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", what, err, output)
		}
		return nil
	})
}
