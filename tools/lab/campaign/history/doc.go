// Package history holds what was asked, answered and observed in a run. It knows nothing of the
// programs that ran, and judges nothing: the packages of the checks do.
package history
