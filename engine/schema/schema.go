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

// Part is one of two sequences of migrations: the engine's migrations or a service's migrations.
type Part struct {
	Table string // table that lists the applied migrations
	FS    fs.FS  // contains the migrations as *.sql, in the order of their numbers
}

// Engine is the Part with the engine's migrations.
var Engine = Part{Table: "engine_version", FS: files}

// JobsTable is the table that lists the applied migrations of River, the job queue of workflows.
// The SQL of these migrations is part of River: see engine/schema/apply.
const JobsTable = "jobs_version"

// JobsVersions has the numbers of River's migrations that the programs need.
var JobsVersions = []int64{1, 2, 3, 4, 5, 6, 7, 8}

// OfService returns the Part of a service. Its migrations are the *.sql files in the root of the
// given folder.
func OfService(folder fs.FS) Part { return Part{Table: "goose_db_version", FS: folder} }

// Versions returns the numbers of all migrations that the programs of a service need, in order. The
// key of the map is the table that lists the applied migrations.
func Versions(service Part) map[string][]int64 {
	return map[string][]int64{Engine.Table: Engine.Versions(), JobsTable: JobsVersions, service.Table: service.Versions()}
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

// Newest returns the highest number of a Part's migrations. If the Part has no migrations, Newest
// returns 0.
func (p Part) Newest() int64 { return slices.Max(append(p.Versions(), 0)) }

// Objects returns the database objects that a program checks when it starts: the engine's objects,
// and the triggers that a service's migrations create on the engine's tables.
func Objects(triggers ...string) settings.Objects {
	return settings.Objects{Tables: Tables, Always: Always, Triggers: slices.Concat(Triggers, triggers), Constraints: Constraints}
}
