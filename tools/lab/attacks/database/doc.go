// Package database starts the PostgreSQL server of the attacked service. The server is configured
// as in production: with fsync on, with all migrations, and with one login for each program.
package database
