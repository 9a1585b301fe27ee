package test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	widest     = 100 // characters of a line in a page that wraps
	mostAgents = 80  // lines of AGENTS.md, which an agent reads before each task
)

var (
	loneLink      = regexp.MustCompile(`^\s*(?:[-*] )?(?:\S+|\[[^\]]*\]\([^)]*\)[.,;]?)$`)
	roomOfPicture = regexp.MustCompile(`\b(?:engine|internal|cmd)/[a-z]+(?:/[a-z]+)*`)
	quoted        = regexp.MustCompile("`([^`]+)`")
	within        = regexp.MustCompile(`\bgo -C (\S+)`)
	pathOfCommand = regexp.MustCompile(`(?:^|\s)\./([a-z][a-z0-9_/.-]*)`)
	makeTargets   = regexp.MustCompile(`^make ([a-z -]+)`)
	makeTarget    = regexp.MustCompile(`(?m)^([a-z-]+):`)
)

// notWrapped lists pages that may have longer lines. README.md contains the description of a
// picture, and the table in docs/configuration.md is generated.
var notWrapped = []string{"README.md", "docs/README.md", "docs/configuration.md"}

// The lines of Markdown pages have at most 100 characters. Tables, code, headings, and lines with
// only a link may be longer.
func TestPagesWrap(t *testing.T) {
	t.Parallel()
	if !inTheTemplate() {
		return // in a service, a longer service name makes lines longer
	}
	for _, page := range pages(t) {
		if slices.Contains(notWrapped, page) {
			continue
		}
		code := false
		for i, line := range strings.Split(fileOf(t, page), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "```") {
				code = !code
			}
			if code || strings.HasPrefix(line, "|") || strings.HasPrefix(line, "#") || loneLink.MatchString(line) {
				continue
			}
			if width := len([]rune(line)); width > widest {
				t.Errorf("%s:%d has %d characters, want at most %d", page, i+1, width, widest)
			}
		}
	}
}

// The pictures in docs/architecture.md must name only packages that exist, and must be readable on
// a dark background.
func TestPicturesNamePackages(t *testing.T) {
	t.Parallel()
	for _, picture := range []string{"docs/pictures/command.svg", "docs/pictures/event.svg"} {
		text := fileOf(t, picture)
		named := roomOfPicture.FindAllString(text, -1)
		if len(named) < 8 {
			t.Errorf("%s names only %d packages", picture, len(named))
		}
		for _, room := range named {
			if !hasSources(t, room) && !ofLaterEngine(room) {
				t.Errorf("%s names the package %s, which is not there", picture, room)
			}
		}
		if !strings.Contains(text, "prefers-color-scheme: dark") {
			t.Errorf("%s has no colours for dark ground", picture)
		}
		if !strings.Contains(fileOf(t, "docs/architecture.md"), "](pictures/"+path.Base(picture)+")") {
			t.Errorf("docs/architecture.md does not show %s", picture)
		}
	}
}

// CONTRIBUTING.md has a table of the folders in internal and engine, with the commands that test
// each folder. All folders and commands in the table must exist, and the table must contain every
// folder.
func TestContributingNamesRoomsAndTheirTests(t *testing.T) {
	t.Parallel()
	text := fileOf(t, "CONTRIBUTING.md")
	_, section, _ := strings.Cut(text, "\n## Room and tests\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var rooms []string
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		for _, room := range quoted.FindAllStringSubmatch(cells[1], -1) {
			rooms = append(rooms, room[1])
			if !isThere(room[1]) && !ofLaterEngine(room[1]) {
				t.Errorf("CONTRIBUTING.md names %s, which is not there", room[1])
			}
		}
		for _, command := range quoted.FindAllStringSubmatch(cells[2]+cells[3], -1) {
			checkCommand(t, "CONTRIBUTING.md", command[1])
		}
	}
	for _, parent := range []string{"internal", "engine"} {
		for _, room := range foldersIn(t, parent) {
			if room != "engine/test" && !slices.Contains(rooms, room) && !ofLaterEngine(room) {
				t.Errorf("CONTRIBUTING.md does not say which command tests %s", room)
			}
		}
	}
}

// Two pages say in which folder a new file belongs. Each folder that they name must exist.
func TestPagesSayWhereFilesGo(t *testing.T) {
	t.Parallel()
	ours := regexp.MustCompile(`^(?:api|cmd|internal|engine|migrations|test|tools|docs)(?:/[a-z0-9_./-]+)?$`)
	for page, heading := range map[string]string{"CONTRIBUTING.md": "Where a new file goes", "docs/architecture.md": "Layout"} {
		_, section, found := strings.Cut(fileOf(t, page), "\n## "+heading+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		named := quoted.FindAllStringSubmatch(section, -1)
		if !found || len(named) < 10 {
			t.Errorf("%s names only %d things under %q", page, len(named), heading)
		}
		for _, place := range named {
			if ours.MatchString(place[1]) && !isThere(place[1]) && !ofLaterEngine(place[1]) {
				t.Errorf("%s names %s, which is not there", page, place[1])
			}
		}
	}
}

// AGENTS.md must be short. The paths and make targets in its commands must exist.
func TestAgentsFindWhatIsNamed(t *testing.T) {
	t.Parallel()
	text := fileOf(t, "AGENTS.md")
	if lines := strings.Count(text, "\n"); lines > mostAgents {
		t.Errorf("AGENTS.md has %d lines, want at most %d", lines, mostAgents)
	}
	_, block, _ := strings.Cut(text, "```sh\n")
	block, rest, _ := strings.Cut(block, "```")
	commands := strings.Split(strings.TrimSpace(block), "\n")
	if len(commands) < 5 {
		t.Errorf("AGENTS.md has only %d commands", len(commands))
	}
	for _, found := range quoted.FindAllStringSubmatch(rest, -1) {
		commands = append(commands, found[1])
	}
	for _, command := range commands {
		command, _, _ = strings.Cut(command, " #")
		checkCommand(t, "AGENTS.md", command)
	}
}

// checkCommand fails the test for each path and each make target in a command that does not exist.
func checkCommand(t *testing.T, page, command string) {
	t.Helper()
	folder := "."
	if found := within.FindStringSubmatch(command); found != nil {
		folder = found[1]
	}
	for _, found := range pathOfCommand.FindAllStringSubmatch(command, -1) {
		named := path.Join(folder, strings.TrimSuffix(found[1], "/..."))
		if !isThere(named) && !ofLaterEngine(named) {
			t.Errorf("%s: %s: %s is not there", page, command, named)
		}
	}
	found := makeTargets.FindStringSubmatch(command)
	if found == nil {
		return
	}
	targets := targetsOfMake(t)
	for target := range strings.FieldsSeq(found[1]) {
		if !slices.Contains(targets, target) {
			t.Errorf("%s: %s: there is no target %s", page, command, target)
		}
	}
}

func targetsOfMake(t *testing.T) (targets []string) {
	t.Helper()
	for _, file := range []string{"Makefile", "tools/lab/lab.mk"} {
		if !isThere(file) {
			continue
		}
		for _, found := range makeTarget.FindAllStringSubmatch(fileOf(t, file), -1) {
			targets = append(targets, found[1])
		}
	}
	return targets
}

// inTheTemplate reports whether this repository is the template itself, and not a service that was
// made from it. The program adopt removes the file test/owned_test.go from a service.
func inTheTemplate() bool { return isThere("test/owned_test.go") }

// ofLaterEngine reports whether this repository is a service and the path belongs to the engine or
// the tools. The engine and the tools may be newer than the documents of the service.
func ofLaterEngine(name string) bool {
	return !inTheTemplate() && (strings.HasPrefix(name, "engine") || strings.HasPrefix(name, "tools"))
}

// hasSources reports whether a folder contains a package, or contains subfolders.
func hasSources(t *testing.T, folder string) bool {
	t.Helper()
	return isThere(folder) && (len(sourcesIn(t, folder)) > 0 || len(foldersIn(t, folder)) > 0)
}

// foldersIn returns the paths of a folder's subfolders, from the root of the repository. If the
// folder does not exist, foldersIn returns no paths.
func foldersIn(t *testing.T, parent string) (folders []string) {
	t.Helper()
	if !isThere(parent) {
		return nil
	}
	entries, err := fs.ReadDir(os.DirFS(".."), parent)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "testdata" {
			folders = append(folders, parent+"/"+entry.Name())
		}
	}
	return folders
}

// pages returns the paths of all Markdown files, from the root of the repository.
func pages(t *testing.T) (found []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains([]string{".git", ".dev", "bin", "vendor", "docs/template"}, name) || entry.Name() == "testdata"):
			return fs.SkipDir
		case !entry.IsDir() && path.Ext(name) == ".md":
			found = append(found, name)
		}
		return nil
	})
	if err != nil || len(found) < 10 {
		t.Fatalf("%d pages: %v", len(found), err)
	}
	return found
}
