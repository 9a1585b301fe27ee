// Package observers continuously reads the service's database from outside, and can read the whole
// log.
package observers
