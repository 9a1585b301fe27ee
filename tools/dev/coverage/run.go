// Package coverage measures which code the tests of one run execute, in the packages of several
// modules.
package coverage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/dev/modules"
)

// Run collects the coverage of one run of dev test, which may run go test several times.
type Run struct {
	root  string
	named modules.Names
	dir   string // folder of the profile that go test writes
	keep  string // the path at which the developer wants the profile; "" for none
	floor float64
}

// Asked reports whether the command line requests coverage.
func Asked(flags arguments.Test) bool {
	for _, name := range []string{"coverprofile", "covermode", "coverpkg"} {
		if _, given := flags.Last(name); given {
			return true
		}
	}
	value, given := flags.Last("cover")
	return given && value != "false" || flags.Floor > 0
}

// Start returns the flags for go test, with additional flags for coverage. With these flags, go
// test measures all packages in the folders that the variable covered lists, unless the developer
// has chosen packages with -coverpkg.
func Start(flags arguments.Test) (*Run, arguments.Test, error) {
	c := &Run{root: gotool.Root(), floor: flags.Floor}
	var err error
	if c.named, err = modules.NamesOf(c.root); err != nil {
		return nil, flags, err
	}
	if c.dir, err = os.MkdirTemp("", "pgcqrs-cover-"); err != nil {
		return nil, flags, fmt.Errorf("make a place for the coverage: %w", err)
	}
	c.keep, _ = flags.Last("coverprofile")
	ours := []string{"-coverprofile=" + c.profile()}
	if _, given := flags.Last("coverpkg"); !given {
		var patterns []string
		for _, folder := range covered {
			patterns = append(patterns, c.named.ImportPath(folder)+"/...")
		}
		ours = append(ours, "-coverpkg="+strings.Join(patterns, ","))
	}
	return c, flags.Without("cover", "coverprofile").With(ours...), nil
}

// profile returns the path of the profile that the current go test writes.
func (c *Run) profile() string { return filepath.Join(c.dir, "profile") }

// whole returns the path of the file that collects all profiles.
func (c *Run) whole() string { return filepath.Join(c.dir, "whole") }

// Collect appends the profile of the last go test to the file that collects all profiles. If go
// test wrote no profile, Collect does nothing.
func (c *Run) Collect() error {
	text, err := os.ReadFile(c.profile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = os.Remove(c.profile()) // the next go test may write no profile
	}
	if err != nil {
		return fmt.Errorf("collect the coverage: %w", err)
	}
	whole, err := os.OpenFile(c.whole(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("collect the coverage: %w", err)
	}
	_, err = whole.Write(text)
	return errors.Join(err, whole.Close())
}

// Close removes the files that go test wrote.
func (c *Run) Close() { _ = os.RemoveAll(c.dir) }

// ownCoverage matches the coverage that go test itself prints. The coverage that go test prints is
// for one test binary, and not for the whole run.
var ownCoverage = regexp.MustCompile(`\tcoverage: [0-9.]+% of statements( in .*)?$`)

// WithoutOwn is a writer that passes on the output of go test, but omits the coverage that go test
// itself prints.
type WithoutOwn struct {
	Out  io.Writer
	part []byte
}

// Write passes on the complete lines.
func (w *WithoutOwn) Write(b []byte) (int, error) {
	w.part = append(w.part, b...)
	for {
		line, rest, whole := bytes.Cut(w.part, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		w.part = bytes.Clone(rest)
		kept := ownCoverage.ReplaceAll(line, nil)
		if len(kept) < len(line) && bytes.HasPrefix(kept, []byte("\t")) || bytes.HasPrefix(line, []byte("coverage: ")) {
			continue // a package without tests, or the coverage of one test binary
		}
		if _, err := w.Out.Write(append(kept, '\n')); err != nil {
			return 0, err
		}
	}
}

// Finish prints the coverage of the whole run. If the developer gave a path, Finish also writes the
// profile to that path. If the total coverage is below the required minimum, Finish fails.
func (c *Run) Finish(out io.Writer) error {
	file, err := os.Open(c.whole())
	if err != nil {
		return fmt.Errorf("open the coverage: %w", err)
	}
	defer func() { _ = file.Close() }()
	all, err := readProfile(file)
	if err != nil {
		return err
	}
	all = all.without(generated(c.root, c.named))
	if err := c.save(all); err != nil {
		return err
	}
	packages, total := all.shares()
	_, _ = fmt.Fprintln(out, "coverage by the tests of this run, from whatever package; generated code does not count")
	for _, s := range append(packages, share{"total", total.ran, total.outOf}) {
		_, _ = fmt.Fprintf(out, "%6.1f %%  %5d of %5d  %s\n", s.percent(), s.ran, s.outOf, c.named.Folder(s.name))
	}
	if total.percent() < c.floor {
		return fmt.Errorf("coverage is %.2f %%, below the floor of %g %%", total.percent(), c.floor)
	}
	return nil
}

func (c *Run) save(p profile) error {
	if c.keep == "" {
		return nil
	}
	file, err := os.Create(c.keep)
	if err != nil {
		return fmt.Errorf("keep the coverage: %w", err)
	}
	err = p.write(file)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("keep the coverage: %w", err)
	}
	return nil
}
