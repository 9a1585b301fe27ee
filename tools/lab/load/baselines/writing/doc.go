// Package writing holds the contests of commands: by how many clients, to how many streams, more
// than fits, and the ceiling of the database.
package writing
