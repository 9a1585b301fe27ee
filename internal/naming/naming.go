// Package naming contains the name of the service. The programs in cmd pass the name to the
// packages that need it. No package of the engine contains the name or imports package naming.
package naming

// Service is the name of the service. It is a part of the names of the broker's stream and
// subjects, of the application_name of database sessions, and of the hash chain over the log.
// Service must not change after the first event was recorded. The names of the database roles
// contain the name of the database instead.
const Service = "pgcqrs"
