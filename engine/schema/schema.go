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

// Part is a sequence of migrations.
type Part struct {
	Table string // lists the migrations that a database has
	FS    fs.FS  // holds them as *.sql, in the order of their numbers
}

// Engine is the part that all services have.
var Engine = Part{Table: "engine_version", FS: files}

// OfService returns a service's own part: the *.sql files in the folder's root.
func OfService(folder fs.FS) Part { return Part{Table: "goose_db_version", FS: folder} }

// Versions returns the numbers of all migrations, in order, by the table that lists them: the
// schema that the programs of a service need.
func Versions(service Part) map[string][]int64 {
	return map[string][]int64{Engine.Table: Engine.Versions(), service.Table: service.Versions()}
}

// Versions returns the numbers of a part's migrations, in order. A file's number is what precedes
// its first _.
func (p Part) Versions() []int64 {
	names, _ := fs.Glob(p.FS, "*.sql") // the pattern is constant and valid
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

// Newest returns the highest number of a part, or 0 if it has no migration.
func (p Part) Newest() int64 { return slices.Max(append(p.Versions(), 0)) }

// Objects returns the objects that programs check in a database: the engine's, and the triggers
// that a service's own migrations put on the engine's tables, by table and name.
func Objects(triggers ...string) settings.Objects {
	return settings.Objects{Tables: Tables, Always: Always, Triggers: slices.Concat(Triggers, triggers), Constraints: Constraints}
}
