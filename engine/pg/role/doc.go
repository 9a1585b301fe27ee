// Package role makes the roles of the programs, and logins with their rights (docs/decisions/0015).
//
// Statements that change roles of the cluster belong here. Statements that grant rights on tables
// do not: those are the migrations' (engine/schema). The rights that a dump does not restore are
// engine/pg/rolerights, and the checks before are engine/pg/logins.
//
// In reading order: names.go has the programs and names their roles after the database, grant.go
// makes a login, close.go shuts others out, excess.go finds rights of a login that no program
// needs, scram.go makes the form of a password that PostgreSQL stores.
//
// All of it is for the schema's owner, the login of engine/process/migrate; nothing keeps running.
// It must never change the password of a login that somebody else has made.
package role
