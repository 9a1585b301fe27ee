// Package catalog lists every way in which one client attacks the service, by name.
package catalog
