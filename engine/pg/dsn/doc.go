// Package dsn reads the URL of a database: which server it leads to, what it sets, and whether that
// contradicts a guarantee.
//
// Facts about a connection that are known before anybody connects belong here, with the parameters that all
// our sessions set and the errors that would show a URL. What only the server can say does not:
// that is engine/pg/settings and engine/pg/pooler.
//
// In reading order: config.go makes a pool's configuration of a URL, parameters.go reads what the
// URL and PGOPTIONS set, names.go has the names of parameters, hide.go takes the URL out of errors,
// encrypted.go says which machines are reached without TLS.
//
// It runs nothing and asks no server. No error of it may hold a URL: that has a password.
package dsn
