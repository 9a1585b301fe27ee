// Package probe shows operators the state of a process: health, readiness and metrics.
//
// Collecting checks and answering probes belong here. A check does not: engine/process/api and
// engine/process/projector list theirs, each a function of the package that it is about.
//
// In reading order: ready.go collects the checks, and logs changes; probes.go serves /healthz,
// /readyz, /metrics and profiles; healthcheck.go asks a process from outside.
//
// It has no Run: the checks run when a probe asks. An answer must never show an address or a
// secret.
package probe
