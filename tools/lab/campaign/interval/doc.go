// Package interval lets time pass: a pause that ends with its context, and a random duration.
package interval
