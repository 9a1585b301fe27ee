// Package loglines compares the logs of the programs that the campaign runs with docs/logs.md.
package loglines
