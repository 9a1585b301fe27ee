// Package naming holds what this service is called. cmd hands the name to what needs one: no
// engine package knows it, and none imports this.
package naming

// Service is the name: of the broker's stream and subjects, of sessions in pg_stat_activity,
// in the hash chain over the log. It never changes once there are events. The database's roles
// are named after the database.
const Service = "pgcqrs"
