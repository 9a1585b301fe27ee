// Package lab is a PostgreSQL of its own, databases on it, and the programs that are measured.
package lab
