// Command rooms prints the sizes of the packages of a module, and the files of each package that
// depend on each other in a cycle. The command calls a package a room.
//
// A file has an arrow to another file of its package if it uses anything that is declared there: a
// name, a method or a field. The command orders the files of a package so that the fewest arrows
// point backward, and prints these arrows, because they are the ones to remove. The command ignores
// tests and generated files.
package main
