// Package search searches for texts of persons wherever anything is stored: on disks, in tables, in
// logs.
package search
