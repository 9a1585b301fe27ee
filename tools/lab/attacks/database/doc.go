// Package database starts a PostgreSQL for the lab, as a service has it: with fsync on, migrated,
// and with a login for each program.
package database
