// Package observers continuously reads the service's database by its own SQL queries, without the
// service's programs. Package observers can also read the whole log.
package observers
