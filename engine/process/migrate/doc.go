// Package migrate is the program that the owner of the schema runs: it brings the database to the
// newest schema, by a function that it is given, makes the logins of the other programs and the
// key of personal data, and has the verbs that only the owner may do.
//
// Work that takes the owner's rights belongs here. SQL of a migration does not: that is
// engine/schema and a service's migrations/, applied by engine/schema/apply, which the program
// hands in.
//
// In reading order: migrate.go has the verbs and the order of work, config.go what the service hands in;
// turns.go applies migrations in short turns, so that one that waits for a table does not hold up all
// others; key.go, issuer.go and epoch.go are the other verbs. Logins are made by
// engine/process/migrate/admit, and what was done is told by engine/process/migrate/report.
//
// It ends when that is done; nothing runs on. It must never drop or rewrite what a release before
// needs.
package migrate
