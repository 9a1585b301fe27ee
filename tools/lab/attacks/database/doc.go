// Package database starts a PostgreSQL server for the lab, configured as in production: with fsync
// on, with all migrations, and with one login for each program.
package database
