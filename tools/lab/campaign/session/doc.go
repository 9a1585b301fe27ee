// Package session runs SQL on a connection of its own, for at most 30 s, and reads PostgreSQL's
// URLs.
package session
