package coverage

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/pgcqrs/tools/dev/modules"
)

// covered lists the folders whose packages have their coverage measured, even if the tests are in
// other folders.
var covered = []string{"cmd", "engine", "internal", "migrations", "tools/adopt", "tools/dev"}

// block is a sequence of statements in a coverage profile, with the number of times that these
// statements ran.
type block struct{ statements, count int }

// profile holds the blocks of a coverage profile by file name and position.
type profile struct {
	mode   string
	blocks map[string]block
}

// readProfile reads a coverage profile. If several test binaries report the same block, readProfile
// adds up the counts.
func readProfile(r io.Reader) (profile, error) {
	p := profile{blocks: make(map[string]block)}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if mode, ok := strings.CutPrefix(lines.Text(), "mode: "); ok {
			p.mode = mode
			continue
		}
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 || !strings.Contains(fields[0], ":") {
			return p, fmt.Errorf("read coverage: %q is no block", lines.Text())
		}
		statements, statementsErr := strconv.Atoi(fields[1])
		count, countErr := strconv.Atoi(fields[2])
		if err := errors.Join(statementsErr, countErr); err != nil {
			return p, fmt.Errorf("read coverage: %w", err)
		}
		p.blocks[fields[0]] = block{statements, p.blocks[fields[0]].count + count}
	}
	return p, lines.Err()
}

func fileOf(place string) string { return place[:strings.LastIndexByte(place, ':')] }

// without returns the profile without the blocks of certain files: those for which the function
// drop returns true.
func (p profile) without(drop func(file string) bool) profile {
	kept := maps.Clone(p.blocks)
	dropped := make(map[string]bool)
	maps.DeleteFunc(kept, func(place string, _ block) bool {
		file := fileOf(place)
		if _, known := dropped[file]; !known {
			dropped[file] = drop(file)
		}
		return dropped[file]
	})
	return profile{p.mode, kept}
}

// write writes the profile in the format that go tool cover reads.
func (p profile) write(w io.Writer) error {
	out := bufio.NewWriter(w)
	_, _ = fmt.Fprintf(out, "mode: %s\n", p.mode)
	for _, place := range slices.Sorted(maps.Keys(p.blocks)) {
		b, count := p.blocks[place], p.blocks[place].count
		if p.mode == "set" {
			count = min(count, 1)
		}
		_, _ = fmt.Fprintf(out, "%s %d %d\n", place, b.statements, count)
	}
	return out.Flush()
}

// share holds how many statements of a package ran, and how many statements the package has.
type share struct {
	name       string
	ran, outOf int
}

func (s share) percent() float64 {
	if s.outOf == 0 {
		return 100
	}
	return 100 * float64(s.ran) / float64(s.outOf)
}

// shares returns the share of each package and the total. The package with the lowest coverage is
// first.
func (p profile) shares() (packages []share, total share) {
	byName := make(map[string]share)
	for place, b := range p.blocks {
		s := byName[path.Dir(fileOf(place))]
		s.outOf += b.statements
		total.outOf += b.statements
		if b.count > 0 {
			s.ran += b.statements
			total.ran += b.statements
		}
		byName[path.Dir(fileOf(place))] = s
	}
	for name, s := range byName {
		packages = append(packages, share{name, s.ran, s.outOf})
	}
	slices.SortFunc(packages, func(a, b share) int {
		return cmp.Or(cmp.Compare(a.percent(), b.percent()), cmp.Compare(a.name, b.name))
	})
	return packages, total
}

var generatedHeader = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// generated returns a function that reports whether a file was generated. The argument of that
// function is a file's name in a coverage profile.
func generated(root string, named modules.Names) func(file string) bool {
	return func(file string) bool {
		source, err := os.ReadFile(filepath.Join(root, named.Folder(file))) //nolint:gosec // the folder is the developer's
		return err == nil && generatedHeader.Match(source)
	}
}
