// Package env fills a program's configuration from the environment. The errors of package env name
// the variable that has a wrong value.
//
// Put the meaning of field tags in this package. The variables belong in the programs: each program
// in cmd/ has its struct. The command line is in engine/process/cli.
//
// In reading order: load.go fills a struct, field.go reads its tags, checks values and describes
// them for help, secret.go rejects a URL whose password an error would show, document.go writes the
// table of the docs. Tests of programs check their configuration with engine/process/env/envtest.
//
// Package env starts no goroutine. An error must never contain a value, which may be a secret.
package env
