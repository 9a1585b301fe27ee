// Package observers reads the service's database from outside, all the time, and reads its log.
package observers
