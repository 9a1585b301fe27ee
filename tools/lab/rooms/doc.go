// Package main prints how large the packages of a module are, and which of their files use each
// other in a circle.
//
// A file has an arrow to another file of its package if it uses anything that is declared there: a
// name, a method or a field. Files are put into the order in which the fewest arrows point
// backwards; these arrows are the ones to remove. Tests and generated files are left out.
package main
