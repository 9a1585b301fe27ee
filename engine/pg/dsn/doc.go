// Package dsn reads the URL of a database: which server the URL names, which parameters it sets,
// and whether a parameter contradicts a guarantee.
//
// The package has what is known about a connection before it is made, the parameters that all
// sessions set, and the errors that would otherwise show a URL. engine/pg/settings and
// engine/pg/pooler check what only the server knows.
//
// In reading order: config.go makes the configuration of a pool from a URL; parameters.go reads the
// parameters that the URL and PGOPTIONS set; names.go has the names of parameters; hide.go removes
// the URL from errors; encrypted.go lists the machines to which a connection may go without TLS.
//
// The package starts nothing and sends nothing to a server. No error of the package may contain a
// URL, which has a password.
package dsn
