// Package page renders the pages of the console: the templates, the style sheet and the script are
// embedded in the program.
//
// Code that turns values into HTML belongs in this package; the values come from engine/console. In
// reading order: page.go renders a page; words.go has the functions of the templates.
//
// Package page has no state except the embedded files. The templates are html/template, which
// escapes every value for its place, so package page must never make a value template.HTML, URL or
// JS. A page needs no script: the script only saves clicks.
package page
