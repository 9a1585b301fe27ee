// Package logins answers one question: may this login do its program's work, and no other
// program's?
//
// The package checks logins: logins.go checks the logins that migrate is about to make, and
// rights.go checks the login that a program runs as. engine/pg/role makes logins.
//
// The package changes nothing, and nothing keeps running. engine/process/migrate,
// engine/process/api and engine/process/projector call this package. An error of the package must
// never contain a password.
package logins
