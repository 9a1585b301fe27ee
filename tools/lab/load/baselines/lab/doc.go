// Package lab runs a PostgreSQL server with databases, and the programs that are measured.
package lab
