// Package observers continuously reads the service's database by its own SQL queries, and not
// through the service's programs. Package observers can also read the whole log.
package observers
