package cli

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"strings"
)

// newest is the version at the top of CHANGELOG.md, which is also the version of the API contract.
const newest = "0.1.0"

// version and revision are set by the linker (-ldflags -X) if the build has no repository, for
// example in the build of the image.
var version, revision string

// Build says from which version and revision a program was built.
type Build struct {
	Version  string
	Revision string // revision of the repository, with +dirty if files were changed; "unknown revision"
	Day      string // day of the revision, like 2026-11-25; "" if that is unknown
	Go       string // version of Go
}

// ReadBuild returns the Build of this program.
func ReadBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return buildOf(info)
}

func buildOf(info *debug.BuildInfo) Build {
	settings := make(map[string]string)
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	b := Build{Version: cmp.Or(version, newest), Revision: revision, Go: info.GoVersion}
	if b.Revision == "" && settings["vcs.revision"] != "" {
		b.Revision = fmt.Sprintf("%.12s", settings["vcs.revision"])
		b.Day, _, _ = strings.Cut(settings["vcs.time"], "T")
		if settings["vcs.modified"] == "true" {
			b.Revision += "+dirty"
		}
	}
	if b.Revision == "" && info.Main.Version != "(devel)" {
		b.Revision = info.Main.Version // set by go install MODULE@VERSION
	}
	b.Revision = cmp.Or(b.Revision, "unknown revision")
	return b
}

// Version returns one line with the name of a service, the name of its program, and the Build of
// this program.
func Version(service, program string) string {
	b := ReadBuild()
	from := b.Revision
	if b.Day != "" {
		from += ", " + b.Day
	}
	return fmt.Sprintf("%s %s %s (%s, %s)", service, program, b.Version, from, b.Go)
}
