// Package probe tells those who run a process how it is: health, readiness and metrics.
//
// Collecting checks and answering probes belong here. A check does not: engine/process/api and
// engine/process/projector list theirs, each a function of the package that knows.
//
// In reading order: ready.go collects the checks, and logs what changes; probes.go serves /healthz,
// /readyz, /metrics and profiles; healthcheck.go asks a process from outside.
//
// It has no Run: looks are made when somebody asks. An answer must never show an address or a secret.
package probe
