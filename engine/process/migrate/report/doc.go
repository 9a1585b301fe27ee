// Package report prints what migrate has done, line by line or as one JSON document at the end.
//
// The report for the operator belongs in report.go. The code that does the work belongs in
// engine/process/migrate, or in the service's function that applies its migrations. This function
// adds its own lines to the report.
//
// Package report starts no goroutine. Package report must never show a password.
package report
