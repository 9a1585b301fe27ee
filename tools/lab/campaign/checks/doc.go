// Package checks lists the guarantees, and checks a history against each of them.
package checks
