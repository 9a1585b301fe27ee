// Package needs lists the programs that tests need in addition to Go and a database, and how to
// install these programs.
package needs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
)

// Need is a program or a library that the tests of some folders need in addition to Go and a
// database.
type Need struct {
	what    string // name of the program in messages
	folders []string
	apt     string // package of the program on Debian and Ubuntu
	brew    string // Homebrew formula of the program, or --cask and the name
	here    func() bool
}

func All(race bool) []Need {
	all := []Need{
		{"PgBouncer", []string{"tools/lab/pooler"}, "pgbouncer", "pgbouncer", anyOf("pgbouncer", "/usr/sbin/pgbouncer")},
		{"Chromium or Chrome", []string{"tools/lab/browser"}, "chromium", "--cask google-chrome", anyOf("chromium", "chromium-browser", "google-chrome", "chrome",
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")},
		{"PostgreSQL's programs", []string{"tools/lab/attacks", "engine/test/pg", "tools/lab/observe", "tools/lab/replica", "tools/lab/restore"}, "postgresql", "postgresql@18", postgresPrograms},
		{"libfaketime", []string{"tools/lab/clock"}, "libfaketime", "libfaketime", libfaketime},
		{"Prometheus", []string{"tools/lab/observe"}, "prometheus", "prometheus", anyOf("promtool")},
		{"postgres_exporter", []string{"tools/lab/observe"}, "prometheus-postgres-exporter", "postgres_exporter", anyOf("prometheus-postgres-exporter", "postgres_exporter")},
		{"git", []string{"tools/lab/upgrade", "tools/lab/adopt", "tools/adopt"}, "git", "git", anyOf("git")},
		{"bash", []string{"tools/lab/adopt"}, "bash", "bash", anyOf("bash")},
		{"curl", []string{"tools/lab/adopt"}, "curl", "curl", anyOf("curl")},
	}
	if race {
		all = append(all, Need{"a C compiler (for -race)", []string{"."}, "gcc libc6-dev", "gcc", anyOf("gcc", "clang", "cc")})
	}
	return all
}

func anyOf(names ...string) func() bool {
	return func() bool {
		return slices.ContainsFunc(names, func(name string) bool {
			_, err := exec.LookPath(name)
			return err == nil
		})
	}
}

// libfaketime reports whether the library libfaketime exists at a path where the tests look for it.
func libfaketime() bool {
	for _, pattern := range []string{"/usr/lib*/faketime/libfaketime.so.1", "/usr/lib/*/faketime/libfaketime.so.1", "/opt/homebrew/lib/faketime/libfaketime.1.dylib"} {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}

// postgresPrograms reports whether PostgreSQL's client programs are in the folder of the server
// binary. These programs may be missing: if dev does not run as root, it may unpack a package of
// PostgreSQL that contains only the server.
func postgresPrograms() bool {
	found, err := binaries.Find()
	if err != nil {
		return false
	}
	for _, name := range []string{"pg_basebackup", "pg_dump", "pg_restore", "psql"} {
		if _, err := exec.LookPath(filepath.Join(found.Dir, name)); err != nil {
			return false
		}
	}
	return true
}

// If this machine lacks something that the tests of this clone need, Missing returns an error of
// one line. The error contains the command that installs what is missing.
func Missing(root string, all []Need) error {
	var lacking []Need
	for _, n := range all {
		wanted := slices.ContainsFunc(n.folders, func(folder string) bool { return folder == "." || hasTests(filepath.Join(root, folder)) })
		if wanted && !n.here() {
			lacking = append(lacking, n)
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	var what, debian, formulas, casks []string
	for _, n := range lacking {
		what, debian = append(what, n.what), append(debian, n.apt)
		if cask, ok := strings.CutPrefix(n.brew, "--cask "); ok {
			casks = append(casks, cask)
		} else {
			formulas = append(formulas, n.brew)
		}
	}
	return arguments.Mistake(fmt.Sprintf("dev: -all needs programs that this machine lacks: %s. %s\n", strings.Join(what, ", "), howToGet(debian, formulas, casks)))
}

// hasTests reports whether a folder contains a test file.
func hasTests(folder string) bool {
	found, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	return err == nil && len(found) > 0
}

func howToGet(debian, formulas, casks []string) string {
	if anyOf("apt-get")() {
		sudo := "sudo "
		if os.Geteuid() == 0 {
			sudo = ""
		}
		return "To get it: " + sudo + "apt-get install " + strings.Join(debian, " ")
	}
	if anyOf("brew")() {
		var commands []string
		if len(formulas) > 0 {
			commands = append(commands, "brew install "+strings.Join(formulas, " "))
		}
		if len(casks) > 0 {
			commands = append(commands, "brew install --cask "+strings.Join(casks, " "))
		}
		return "To get it: " + strings.Join(commands, " && ")
	}
	return "Install it with your system's package manager"
}

// LeavesOut reports whether this run omits the tests that run only with -all.
func LeavesOut(flags arguments.Test) bool {
	tags, _ := flags.Last("tags")
	if flags.All || slices.Contains(strings.Split(tags, ","), "all") {
		return false
	}
	meant := func(name string) bool {
		return strings.Contains(name, "...") || slices.ContainsFunc(All(false), func(n Need) bool {
			return slices.ContainsFunc(n.folders, func(folder string) bool { return strings.Contains(name, folder) })
		})
	}
	return len(flags.Packages()) == 0 || slices.ContainsFunc(flags.Packages(), meant)
}
