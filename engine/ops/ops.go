// Package ops is what every process needs to be run: its configuration from the
// environment, its log, its probes and its way to start and end. It must never
// import anything of ours but ops/cli; only cmd imports it.
package ops
