// Package report judges and shows what another client noticed of each attack.
package report
