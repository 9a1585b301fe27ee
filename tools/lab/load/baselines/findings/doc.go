// Package findings holds the report of all contests, for a terminal, as Markdown and as pictures,
// with the machine on which they ran.
package findings
