package migrations

import (
	"embed"

	"example.com/pgcqrs/engine/schema"
)

//go:generate go test -run TestTheEnginesAreCopies . -update

// The pattern matches all files of the folder. A pattern must match some file, and a service may
// have no migration yet.
//
//go:embed *
var folder embed.FS

// Service is the part that is the service's own.
var Service = schema.OfService(folder)

// Triggers are those that the service's migrations put on the engine's tables, by table and name: the programs look
// that they are there.
var Triggers = []string{
	"events.forget_person", // destroys a customer's key
}

// Versions returns the numbers of all migrations, in order, by the table that lists them: the schema that
// the programs built from this tree need.
func Versions() map[string][]int64 { return schema.Versions(Service) }
