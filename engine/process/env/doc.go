// Package env fills a program's configuration from the environment. The errors of package env name
// the variable that has a wrong value.
//
// Code that interprets the tags of fields belongs in this package. The variables belong in the
// programs: each program in cmd/ has its own struct. The command line is in engine/process/cli.
//
// In reading order: load.go fills a struct; field.go reads the struct's tags, checks values, and
// describes the variables for help; secret.go rejects a URL if errors about it would show the
// password; document.go writes the table in docs/configuration.md. Tests of programs check their
// configuration with engine/process/env/envtest.
//
// Package env starts no goroutine. An error must never contain a value, because the value may be a
// secret.
package env
