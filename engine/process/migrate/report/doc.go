// Package report prints what migrate has done, line by line or as one JSON document at the end.
//
// Put the report for the operator in report.go. The work belongs in engine/process/migrate, and in
// a service's function that applies its migrations, which adds its own lines.
//
// Package report starts no goroutine. Package report must never show a password.
package report
