// Package report judges and prints the effect of each attack on another client.
package report
