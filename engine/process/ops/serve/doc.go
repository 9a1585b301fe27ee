// Package serve has the operator's subcommand ops serve, which runs the console of engine/console.
//
// The flags, the address and the link of the console belong in this package; its pages belong in
// engine/console. All code is in serve.go.
//
// The subcommand ends when the process is told to end. It must never listen on an address that
// other machines can reach, unless a flag says so: whoever can open the link that it prints acts as
// the operator.
package serve
