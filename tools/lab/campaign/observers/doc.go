// Package observers continuously reads the service's database without the service's programs, and
// can read the whole log.
package observers
