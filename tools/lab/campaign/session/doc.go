// Package session runs SQL on a new connection, for at most 30 s, and edits PostgreSQL URLs.
package session
