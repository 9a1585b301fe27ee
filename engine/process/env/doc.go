// Package env fills a program's configuration from the environment, and refuses what is wrong by the
// variable's name.
//
// The meaning of a field's tags belongs here. A variable does not: each program of cmd/ has its
// struct. The command line is engine/process/cli.
//
// In reading order: load.go fills a struct, field.go reads its tags, checks values and describes them for
// help, secret.go refuses a URL whose password an error would show, document.go writes the table of the
// docs. The tests of programs hold theirs to it by engine/process/env/envtest.
//
// It runs nothing. An error must never hold a value: it may be a secret.
package env
