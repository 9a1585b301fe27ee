// Package migrate is the program that runs as the schema's owner. Package migrate updates the
// database to the newest schema, with a function that the service passes. The package creates the
// logins of the other programs, and the key of personal data. It also has the verbs rotate-key,
// drop-old-keys, erase-again, new-epoch and issuer, which need the owner's rights.
//
// Code that needs the owner's rights belongs in this package. One command of another program needs
// them too: ops projections rebuild, which creates and replaces tables (engine/projection/rebuild).
// The SQL of migrations belongs in engine/schema and in a service's migrations/. The program
// cmd/migrate passes the function that applies this SQL with engine/schema/apply.
//
// In reading order: migrate.go has the verbs and the order of work, config.go has what the service
// passes; turns.go limits how long each attempt to apply migrations waits for a table, so that the
// wait does not block other sessions for long; key.go, issuer.go and epoch.go are the other verbs.
// engine/process/migrate/admit creates the logins, and engine/process/migrate/report prints what
// was done.
//
// The program ends when its work is done. The program migrate must never drop or rewrite anything
// that an earlier release needs.
package migrate
