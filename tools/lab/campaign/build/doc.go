// Package build builds the service with changes in some of its source files. The built service has
// a clock that can be wrong, smaller limits, and additional read models that nobody queries. Each
// change names the source file in engine/ or internal/ that it edits.
package build
