// Package migrate is the program for the schema's owner: it brings the database to the newest
// schema, by a function that it is given, makes the logins of the other programs and the key of
// personal data, and has the verbs that need the owner's rights.
//
// Work that needs the owner's rights belongs here. SQL of a migration does not: that is
// engine/schema and a service's migrations/, applied by engine/schema/apply, which the program
// passes.
//
// In reading order: migrate.go has the verbs and the order of work, config.go what the service
// passes; turns.go applies migrations in short turns, so that one that waits for a table does not
// block everything else; key.go, issuer.go and epoch.go are the other verbs.
// engine/process/migrate/admit makes the logins, and engine/process/migrate/report prints what was
// done.
//
// It ends when that is done; nothing keeps running. It must never drop or rewrite anything that an
// earlier release needs.
package migrate
