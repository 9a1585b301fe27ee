// Package findings is the report of all contests, for a terminal, as Markdown and as pictures, and
// the machine that they were held on.
package findings
