// Package env fills a program's configuration from the environment, and names the variable of a
// wrong value.
//
// The meaning of a field's tags belongs here. A variable does not: each program of cmd/ has its
// struct. The command line is engine/process/cli.
//
// In reading order: load.go fills a struct, field.go reads its tags, checks values and describes
// them for help, secret.go refuses a URL whose password an error would show, document.go writes the
// table of the docs. Programs' tests check their configuration with engine/process/env/envtest.
//
// It runs nothing. An error must never contain a value, which may be a secret.
package env
