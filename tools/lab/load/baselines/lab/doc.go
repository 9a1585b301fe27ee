// Package lab runs a PostgreSQL of its own, with databases, and the programs that are measured.
package lab
