package migrations

import (
	"embed"

	"example.com/pgcqrs/engine/schema"
)

//go:generate go test -run TestTheEnginesAreCopies . -update

// The pattern matches all files of the folder, and not only *.sql. The compiler requires that a
// pattern matches at least one file, and a service may have no migration yet.
//
//go:embed *
var folder embed.FS

// Service has the service's own migrations.
var Service = schema.OfService(folder)

// Triggers lists the triggers that the service's migrations create on the engine's tables, by table
// and name. The programs check that these triggers exist.
var Triggers = []string{
	"events.forget_person", // destroys a customer's key
}

// Versions returns the numbers of all migrations that the programs of this repository need, in
// order. The key of the map is the table that lists these migrations when they are applied.
func Versions() map[string][]int64 { return schema.Versions(Service) }
