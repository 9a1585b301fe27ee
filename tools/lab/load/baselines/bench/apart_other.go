//go:build !linux

package bench

import "example.com/pgcqrs/tools/lab/load/baselines/lab"

// Apart does nothing here: only Linux can bind processes to processors.
func (*Bench) Apart(*lab.Child) (string, error) {
	return "the generator shares its processors with the rest", nil
}
