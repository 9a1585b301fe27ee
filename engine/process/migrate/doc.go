// Package migrate is the program that runs as the schema's owner. Package migrate updates the
// database to the newest schema, with a function that the service passes. The package creates the
// logins of the other programs, and the key of personal data. It also has the subcommands
// rotate-key, drop-old-keys, erase-again, new-epoch and issuer, which need the owner's rights.
//
// Code that needs the owner's rights belongs in this package. One subcommand of another program
// needs these rights, too: ops projections rebuild, which creates and replaces tables
// (engine/projection/rebuild). The SQL of migrations belongs in engine/schema and in a service's
// migrations/. A service's cmd/migrate passes a function that applies this SQL; the function uses
// engine/schema/apply.
//
// In reading order: migrate.go has the subcommands and the order of work, config.go has what the
// service passes; turns.go limits how long each attempt to apply migrations waits for a table, so
// that the wait does not block other sessions for long; key.go, issuer.go and epoch.go are the
// other subcommands. engine/process/migrate/admit creates the logins, and
// engine/process/migrate/report prints what was done.
//
// The program ends when its work is done. The program migrate must never drop or rewrite anything
// that an earlier release needs.
package migrate
