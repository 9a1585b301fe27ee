// Package search searches for texts of persons in every place where the service stores something:
// on disks, in tables, and in logs.
package search
