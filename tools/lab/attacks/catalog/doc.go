// Package catalog lists the attacks on the service, by name.
package catalog
