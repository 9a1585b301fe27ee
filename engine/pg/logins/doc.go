// Package logins answers one question: may this login do its program's work, and no other's?
//
// Looks at a login belong here: logins.go at those that migrate is to make, rights.go at the one that
// a program runs as. Making them does not: that is engine/pg/role.
//
// It changes nothing, and nothing runs on. The callers are engine/process/migrate, engine/process/api and
// engine/process/projector. An error must never hold a password.
package logins
