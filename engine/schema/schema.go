package schema

import (
	"embed"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"example.com/pgcqrs/engine/pg/settings"
)

//go:embed *.sql
var files embed.FS

// Part is one of the two sequences of migrations: the engine's or the service's.
type Part struct {
	Table string // table that lists the applied migrations
	FS    fs.FS  // contains the migrations as *.sql, in the order of their numbers
}

// Engine is the Part that all services have.
var Engine = Part{Table: "engine_version", FS: files}

// OfService returns a service's Part: the *.sql files in the folder's root.
func OfService(folder fs.FS) Part { return Part{Table: "goose_db_version", FS: folder} }

// Versions returns the numbers of all migrations, in order, by the table that lists them: the
// schema that the programs of a service need.
func Versions(service Part) map[string][]int64 {
	return map[string][]int64{Engine.Table: Engine.Versions(), service.Table: service.Versions()}
}

// Versions returns the numbers of a Part's migrations, in order. The number of a file is the text
// before the first _ of its name.
func (p Part) Versions() []int64 {
	names, _ := fs.Glob(p.FS, "*.sql") // the pattern is valid
	versions := make([]int64, 0, len(names))
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if version, err := strconv.ParseInt(number, 10, 64); err == nil && version > 0 {
			versions = append(versions, version)
		}
	}
	slices.Sort(versions)
	return versions
}

// Newest returns the highest number of a Part's migrations, or 0 if it has none.
func (p Part) Newest() int64 { return slices.Max(append(p.Versions(), 0)) }

// Objects returns the objects that programs check in a database: the engine's, and the triggers
// that a service's own migrations put on the engine's tables, by table and name.
func Objects(triggers ...string) settings.Objects {
	return settings.Objects{Tables: Tables, Always: Always, Triggers: slices.Concat(Triggers, triggers), Constraints: Constraints}
}
