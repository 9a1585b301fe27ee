// Package build builds the service with some of its source files replaced. The built service has a
// clock that can be wrong, smaller bounds, and read models that nobody queries. The replacements
// name files of engine/ and internal/.
package build
