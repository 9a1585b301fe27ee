// Command verify (make verify) checks that all generated files are up to date and that all Go files
// are formatted. If Command verify gets arguments, it does not check anything: it runs the
// arguments as a command in each Go module. Command verify needs only Go. Command verify generates
// the files again and compares them with their earlier state. Therefore it works even with
// uncommitted changes or without git.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
)

// notOurs lists the folder of git itself, and the folders that git ignores.
var notOurs = []string{".git", ".dev", "bin", "vendor"}

func main() {
	if len(os.Args) > 1 {
		if err := inEach(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "verify:", err)
			os.Exit(1)
		}
		return
	}
	if err := verify(os.DirFS("."), generate, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
}

func generate() error { return inEach([]string{"go", "generate", "./..."}) }

// inEach runs a command in the folder of each Go module of the repository.
func inEach(words []string) error {
	modules, err := modulesIn(os.DirFS("."))
	if err != nil {
		return err
	}
	for _, module := range modules {
		command := exec.CommandContext(context.Background(), words[0], words[1:]...)
		command.Dir, command.Stdout, command.Stderr = module, os.Stdout, os.Stderr
		command.Env = append(os.Environ(), "GOWORK=off")
		if err := command.Run(); err != nil {
			return fmt.Errorf("%s, in %s: %w", strings.Join(words, " "), module, err)
		}
	}
	return nil
}

// modulesIn returns the folders that contain a go.mod.
func modulesIn(root fs.FS) (folders []string, err error) {
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(notOurs, name):
			return fs.SkipDir
		case entry.Name() == "go.mod":
			folders = append(folders, path.Dir(name))
		}
		return nil
	})
	slices.Sort(folders)
	return folders, err
}

// verify runs the function generate, and returns an error if generate changes, adds or removes a
// file, or if gofmt would change a file.
func verify(root fs.FS, generate func() error, out io.Writer) error {
	before, _, err := read(root)
	if err != nil {
		return err
	}
	if err := generate(); err != nil {
		return fmt.Errorf("go generate ./...: %w", err)
	}
	after, unformatted, err := read(root)
	if err != nil {
		return err
	}
	if changed := differences(before, after); len(changed) > 0 {
		return errors.New("generated files were not current; they are now: commit " + strings.Join(changed, ", "))
	}
	fmt.Fprintf(out, "generated: go generate ./... changes none of %d files\n", len(after))
	if len(unformatted) > 0 {
		return errors.New("gofmt would change " + strings.Join(unformatted, ", "))
	}
	fmt.Fprintln(out, "formatted: gofmt changes nothing")
	return nil
}

// read returns a hash of every file, and the names of the Go files that gofmt would change.
func read(root fs.FS) (sums map[string][sha256.Size]byte, unformatted []string, err error) {
	sums = make(map[string][sha256.Size]byte)
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(notOurs, name):
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		sums[name] = sha256.Sum256(content)
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		formatted, err := format.Source(content)
		if err != nil {
			return fmt.Errorf("format %s: %w", name, err)
		}
		if !bytes.Equal(formatted, content) {
			unformatted = append(unformatted, name)
		}
		return nil
	})
	return sums, unformatted, err
}

// differences returns the names of files that differ, or that exist in only one of the two maps.
func differences(before, after map[string][sha256.Size]byte) (changed []string) {
	all := maps.Clone(before)
	maps.Copy(all, after)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		old, was := before[name]
		sum, is := after[name]
		if was != is || old != sum {
			changed = append(changed, name)
		}
	}
	return changed
}
