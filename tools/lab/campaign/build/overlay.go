//go:build linux

package build

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	_ "example.com/pgcqrs/engine/process/env" // the programs are built in this module, so its go.mod must require the packages that they import
	_ "example.com/pgcqrs/engine/process/telemetry/otlp"
	"example.com/pgcqrs/tools/lab/campaign/copies"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// edit describes a change of one of the service's source files: the file source, an old text (the
// field is), and the new text that replaces the old text (the field becomes).
type edit struct{ source, is, becomes string }

// edits returns the changes to the service's source files. The changed service has a clock that can
// be wrong, size limits that the events of the tests exceed, and snapshots for shorter streams. Its
// transfers expire after seconds or milliseconds instead of minutes. The projector of the changed
// service also runs the read models of package copies.
func edits() []edit {
	const (
		projections = "internal/read/read.go"
		imports     = "\n)\n\n// Projector "
		last        = "\t// Every projection has a line above.\n"
	)
	return []edit{
		{clockSource, rightClock, "wrongClock().UTC()"},
		{clockSource, "\t\"time\"\n", ""}, // nothing else in that file uses the package time
		{"engine/eventlog/store.go", "c.MaxBytes, 256<<10", "c.MaxBytes, 2<<10"},
		{"engine/eventlog/read/pages.go", "mostBytes = 8 << 20", "mostBytes = 8 << 10"},
		{"engine/eventlog/load/stream.go", "pageBytes  = 1 << 20", "pageBytes  = 2 << 10"},
		{"engine/outbox/cursor/batch.go", "mostBytes = 8 << 20", "mostBytes = 8 << 10"},
		{"engine/snapshots/keeper/keeper.go", "const Least = 1000", "const Least = 20"},
		{"engine/snapshots/keeper/keeper.go", "window   = 10_000", "window   = 50"},
		{"engine/snapshots/keeper/keeper.go", "step     = 10_000", "step     = 50"},
		{"engine/command/states/read.go", "shortStream = 100", "shortStream = 5"},
		{"internal/workflows/transfers/transfers.go", "Wait: Patience", "Wait: " + sample.PatienceSource},
		{projections, imports, "\n\n\t\"" + reflect.TypeFor[copies.Row]().PkgPath() + "\"" + imports},
		{projections, last, "\tcopies.Add(projector)\n"},
	}
}

// Overlay writes an overlay file for go build, and returns its path. With this file, go build
// compiles changed copies of some source files instead of the originals. The copies contain the
// edits and a clock that can be wrong.
func Overlay(dir string) (string, error) {
	texts := map[string]string{filepath.Join(filepath.Dir(clockSource), "wrong_clock.go"): wrongClock}
	for _, e := range edits() {
		if _, begun := texts[e.source]; !begun {
			content, err := os.ReadFile(e.source)
			if err != nil {
				return "", fmt.Errorf("read a source that the campaign replaces (from the repository's root): %w", err)
			}
			texts[e.source] = string(content)
		}
		if strings.Count(texts[e.source], e.is) != 1 {
			return "", fmt.Errorf("%s does not have %q exactly once: update overlay.go", e.source, e.is)
		}
		texts[e.source] = strings.Replace(texts[e.source], e.is, e.becomes, 1)
	}
	replace := make(map[string]string)
	for source, text := range texts {
		full, err := filepath.Abs(source)
		replace[full] = filepath.Join(dir, strings.ReplaceAll(source, "/", "_"))
		if err := errors.Join(err, os.WriteFile(replace[full], []byte(text), 0o600)); err != nil {
			return "", fmt.Errorf("write a source that the campaign replaces: %w", err)
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	path := filepath.Join(dir, "overlay.json")
	return path, errors.Join(err, os.WriteFile(path, text, 0o600))
}
