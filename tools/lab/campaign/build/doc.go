// Package build has the service built with some of its sources replaced: a clock that can be
// wrong, small bounds, and read models that nobody asks. It names files of engine/ and internal/.
package build
