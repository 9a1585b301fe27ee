// Package session asks PostgreSQL on a connection of its own, for at most 30 s, and reads its
// URLs.
package session
