//go:build linux

package checks

import "example.com/pgcqrs/tools/lab/campaign/evidence"

// logLines checks the logs of the API processes and the projectors. Each line must be one that
// docs/logs.md describes.
func logLines(e *evidence.Evidence, v *evidence.Verdict) {
	for _, logged := range e.History.Logs {
		v.Looked += logged.Lines
		for _, wrong := range logged.Wrong {
			v.Violated("%s has logged a line that docs/logs.md does not describe: %s", logged.Program, wrong)
		}
	}
}
