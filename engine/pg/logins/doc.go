// Package logins answers one question: does a login have the rights of its own program, and no
// rights of another program?
//
// In reading order: logins.go checks the logins that migrate is about to make; rights.go checks the
// login with which a program runs. engine/pg/role makes logins.
//
// The package changes nothing in the database, and starts no goroutine. Its callers are
// engine/process/migrate, engine/process/api and engine/process/projector. An error of the package
// must never contain a password.
package logins
