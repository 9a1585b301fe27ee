// Package logschema compares the log of a program with the page that describes it, docs/logs.md.
//
// Code that reads the page or checks a line belongs in this package. engine/enginetest/programs
// passes the lines of running programs to it.
//
// In reading order: page.go reads the tables of the page, line.go checks a line.
//
// A Schema is safe for concurrent use. Package logschema must never accept a message, a level or a
// field that the page does not have: then the page would be wrong, and nobody would notice.
package logschema
