// Package report prints what migrate has done, line by line or as one JSON document at the end.
//
// The report that an operator reads belongs here, all in report.go. The work does not: that is
// engine/process/migrate, and a service's function that brings the schema up, which adds its own
// lines.
//
// It runs nothing. It must never show a password.
package report
