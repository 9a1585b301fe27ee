// Package checks lists the guarantees, and looks at a history for each of them.
package checks
