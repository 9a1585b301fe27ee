// Package role makes the roles of the programs, and logins with their rights
// (docs/decisions/0015).
//
// Statements that change roles of the cluster belong here. Statements that grant rights on tables do not: those are
// the migrations' (engine/schema). The rights that a dump does not bring back are
// engine/pg/rolerights, and what is looked at before is engine/pg/logins.
//
// In reading order: names.go has the programs and names their roles after the database, grant.go makes
// a login, close.go shuts others out, excess.go tells what a login has that no program needs,
// scram.go makes what PostgreSQL keeps of a password.
//
// All of it is for the schema's owner, whom engine/process/migrate connects as; nothing runs on. It must never
// change the password of a login that somebody else has made.
package role
