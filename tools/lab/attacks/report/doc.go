// Package report judges the effect of each attack on another client, and prints it.
package report
