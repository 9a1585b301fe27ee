// Package migrations holds the whole schema, in the order in which it is applied: first the engine's part, engine/*.sql,
// which are copies to read of what engine/schema brings and applies, then the service's own, *.sql. It must never
// apply anything: cmd/migrate does, and the other programs only look.
//
// Migrations only add, from the first tag on: the code of the release before must run on the schema of
// this one. A service's migrations refer to nothing of the engine but grant_to, grant_read_model,
// role_of and keys.erase_person.
//
// The engine's and the sample's have numbers from 1 on. Those of a service that was made of
// this template have the time at which they were written, like 20261125093000, so that two
// branches never take the same one. A migration that comes late, from another branch or with
// a fix of the engine's, is applied after those that are there.
package migrations

import (
	"embed"

	"example.com/pgcqrs/engine/schema"
)

//go:generate go test -run TestTheEnginesAreCopies . -update

// Everything in the folder: a pattern must match some file, and a service may have no migration yet.
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
