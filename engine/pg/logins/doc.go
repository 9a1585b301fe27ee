// Package logins answers one question: may this login do its program's work, and no other
// program's?
//
// Checking a login belongs here: logins.go checks those that migrate is to make, rights.go the one
// that a program runs as. Making them does not: that is engine/pg/role.
//
// It changes nothing, and nothing keeps running. The callers are engine/process/migrate,
// engine/process/api and engine/process/projector. An error must never contain a password.
package logins
