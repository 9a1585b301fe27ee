// Package database starts a PostgreSQL of the lab's own, as a service has it: with fsync on, migrated,
// and with a login for each program.
package database
