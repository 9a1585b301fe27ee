// Package reaper ends a PostgreSQL server when the program that has started the server ends in any
// way.
//
// Put code in reaper.go that waits for the end of the program, stops the server, or removes fresh
// data. The start of the server belongs in engine/enginetest/devdb. Package reaper must work
// without any code in the function main of the program, and must never remove kept data.
package reaper
