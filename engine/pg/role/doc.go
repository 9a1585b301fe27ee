// Package role makes the roles of the programs, and logins that have the rights of these roles
// (docs/decisions/0015).
//
// Statements that change roles of the cluster belong in this package. The migrations in
// engine/schema grant rights on tables, engine/pg/rolerights stores the rights that a dump does not
// restore, and engine/pg/logins checks logins before they are made.
//
// In reading order: names.go has the programs, and names their roles after the database; grant.go
// makes a login; close.go revokes the right to connect from everybody else; excess.go finds rights
// of a login that no program needs; scram.go encodes a password in the form in which PostgreSQL
// stores it.
//
// The schema's owner, which is the login of engine/process/migrate, runs all of this code. The
// package starts no goroutine. The package must never change the password of a login that somebody
// else has made.
package role
