// Package naming contains the name of the service. The programs in cmd pass the name to the
// packages that need it. No package of the engine contains the name or imports package naming.
package naming

// Service is the name of the service: in the names of the broker's stream and subjects, in the
// application_name of database sessions, and in the hash chain over the log. Service must not
// change after the first event. The roles in the database have the name of the database instead.
const Service = "pgcqrs"
