//go:build !linux

package bench

import "example.com/pgcqrs/tools/lab/load/baselines/lab"

// Apart binds nothing, because only Linux can bind processes to processors. Apart returns a text
// about this for the report.
func (*Bench) Apart(*lab.Child) (string, error) {
	return "the generator shares its processors with the rest", nil
}
