// Package dsn reads the URL of a database: the server that it names, the parameters that it sets,
// and whether those contradict a guarantee.
//
// Facts about a connection that are known before it is made belong here, with the parameters that
// all sessions set and the errors that would show a URL. Facts that only the server knows do not:
// those are engine/pg/settings and engine/pg/pooler.
//
// In reading order: config.go makes a pool's configuration of a URL, parameters.go reads what the
// URL and PGOPTIONS set, names.go has the names of parameters, hide.go takes the URL out of errors,
// encrypted.go says which machines are reached without TLS.
//
// It runs nothing and asks no server. None of its errors may contain a URL, which has a password.
package dsn
