// Package naming holds the service's name. cmd hands the name to packages that need it: no engine
// package knows the name, and none imports this package.
package naming

// Service names the service: in the broker's stream and subjects, in the sessions of
// pg_stat_activity, and in the hash chain over the log. It never changes once there are events. The
// database's roles are named after the database instead.
const Service = "pgcqrs"
