// Command rooms prints the sizes of the packages of a module. The command also prints the files of
// each package that depend on each other in a cycle. In the code of the command, a package is
// called a room.
//
// A file has an arrow to another file of its package if the file uses a name, a method or a field
// that the other file declares. The command orders the files of a package so that as few arrows as
// possible point backward. The command prints the backward arrows, which should be removed. The
// command ignores tests and generated files.
package main
