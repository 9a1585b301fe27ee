// Package findings holds the report of all benchmarks, with a description of the machine. Package
// findings prints the report for a terminal, as Markdown and as pictures.
package findings
