//go:build !linux

package bench

import "example.com/pgcqrs/tools/lab/load/baselines/lab"

// Apart binds nothing, because only Linux can bind processes to processors. Apart returns a text
// for the report, which says that nothing was bound.
func (*Bench) Apart(*lab.Child) (string, error) {
	return "the generator shares its processors with the rest", nil
}
