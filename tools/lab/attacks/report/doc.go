// Package report judges what another client noticed of each attack, and shows it.
package report
