package binaries

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the oldest supported major version of PostgreSQL. Older versions let everybody create
// tables in the schema public. CI runs the tests on the oldest supported version.
const oldest = 15

// Find returns the programs in the directory that the variable PG_BINDIR names. If this variable is
// set to a wrong directory, Find fails. If the variable is not set, Find searches PATH and then the
// usual directories of PostgreSQL, the newest version first.
func Find() (Binaries, error) {
	if dir := os.Getenv("PG_BINDIR"); dir != "" {
		found, err := inspect(dir, "PG_BINDIR says so")
		if err != nil {
			return Binaries{}, fmt.Errorf("PG_BINDIR=%s: %w", dir, err)
		}
		return found, nil
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			if found, err := inspect(filepath.Dir(target), "on PATH"); err == nil {
				return found, nil
			}
		}
	}
	for _, pattern := range usualPlaces() {
		dirs, _ := filepath.Glob(pattern) // the patterns are constants and valid
		for _, dir := range newestFirst(dirs) {
			if found, err := inspect(dir, "found in "+dir); err == nil {
				return found, nil
			}
		}
	}
	return Binaries{}, ErrNotFound
}

func usualPlaces() []string {
	places := []string{
		"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
		"/usr/pgsql-*/bin",                                   // Fedora, Red Hat with PGDG
		"/opt/homebrew/opt/postgresql@*/bin",                 // Homebrew on Apple silicon
		"/usr/local/opt/postgresql@*/bin",                    // Homebrew on Intel
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",    // Homebrew on Linux
		"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
		"/usr/libexec/postgresql*",                           // Alpine
	}
	if unpacked, err := UnpackedDir(); err == nil {
		places = append(places, filepath.Join(unpacked, "*", "usr/lib/postgresql/*/bin"))
	}
	return places
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+)*`)

// newestFirst sorts directories by the last number in their path, the highest number first.
func newestFirst(dirs []string) []string {
	major := func(dir string) int {
		numbers := versionNumber.FindAllString(dir, -1)
		if len(numbers) == 0 {
			return 0
		}
		return majorOf(numbers[len(numbers)-1])
	}
	return slices.SortedStableFunc(slices.Values(dirs), func(a, b string) int {
		return cmp.Compare(major(b), major(a))
	})
}

func majorOf(version string) int {
	first, _, _ := strings.Cut(version, ".")
	major, _ := strconv.Atoi(first) // a version without a number counts as the oldest
	return major
}

// inspect returns the programs in a directory. It returns an error if the programs do not start, or
// are too old.
func inspect(dir, why string) (Binaries, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Binaries{}, err
	}
	for _, name := range []string{"postgres", "initdb", "pg_ctl"} {
		if _, err := exec.LookPath(filepath.Join(dir, name)); err != nil {
			return Binaries{}, err
		}
	}
	command := exec.Command(filepath.Join(dir, "postgres"), "--version")
	command.Env = Binaries{Dir: dir}.Env()
	output, err := command.Output()
	if err != nil {
		return Binaries{}, fmt.Errorf("run postgres --version: %w", err)
	}
	version := versionNumber.FindString(string(output))
	if majorOf(version) < oldest {
		return Binaries{}, fmt.Errorf("PostgreSQL %s is too old: it takes %d or newer", version, oldest)
	}
	return Binaries{Dir: dir, Version: version, Why: why}, nil
}
