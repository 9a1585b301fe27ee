// Package observers look at the service's database from outside, all the time, and read its log.
package observers
