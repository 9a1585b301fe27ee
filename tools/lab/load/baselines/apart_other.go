//go:build !linux

package baselines

// apart does nothing here: only Linux lets a process be bound to processors.
func (*bench) apart(*child) (string, error) {
	return "the generator shares its processors with the rest", nil
}
