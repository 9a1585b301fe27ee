// Package build builds the service with some of its sources replaced: with a clock that can be
// wrong, small bounds, and read models that nobody queries. It names files of engine/ and
// internal/.
package build
