// Package naming has the name of the service. The programs in cmd pass it to packages that need it.
// No package of the engine contains the name or imports package naming.
package naming

// Service is the name of the service in the broker's stream and subjects, in pg_stat_activity, and
// in the hash chain over the log. Service must not change after the first event. The database's
// roles are named after the database instead.
const Service = "pgcqrs"
