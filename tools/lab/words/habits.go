package main

import (
	"regexp"
	"slices"
	"strings"
)

// paragraph is a text of one or more sentences, with its position in a file.
type paragraph struct {
	line int    // number of its first line in the file
	text string // without line breaks
	name string // in Go: the name of the declaration that the paragraph comments on
	does bool   // the declaration is a function or a method
}

var (
	// starts lists words. A sentence that begins with one of them has no clear subject.
	starts = []string{"Who", "What", "Whom", "Whose", "Whoever", "Whatever", "Those"}

	// wrong maps each phrase that is not correct English to a correct phrase.
	wrong = map[string]string{
		"at the most":        "at most",
		"at the least":       "at least",
		"leads to a replica": "points to a replica",
		"leads to a standby": "points to a standby",
		"of before":          "previous, former",
		"changed the same":   "changed concurrently",
	}
	word     = regexp.MustCompile(`^[\pL']+`)
	sentence = regexp.MustCompile(`[.!?:][)"'”*_]*\s+`)
	is       = regexp.MustCompile(`^(is|are|was|were)\b`)
)

// habits returns the findings in a paragraph, each as a text that says what to change.
func (p paragraph) habits() (found []string) {
	if rest, named := strings.CutPrefix(p.text, p.name+" "); p.does && named && is.MatchString(rest) {
		found = append(found, "a function's comment says what it does: "+clip(p.text))
	}
	for i, s := range sentences(p.text) {
		first := word.FindString(s)
		if (slices.Contains(starts, first) || strings.HasPrefix(s, "That one ")) && !strings.HasSuffix(s, "?") && (i > 0 || first != p.name) {
			found = append(found, "a sentence names its subject: "+clip(s))
		}
	}
	for _, phrase := range wordsOf(wrong) {
		at := strings.Index(strings.ToLower(p.text), phrase)
		if at >= 0 && !strings.HasPrefix(p.text[at+len(phrase):], " recent") {
			found = append(found, "write "+wrong[phrase]+": "+clip(p.text[at:]))
		}
	}
	return found
}

// sentences splits a paragraph after each full stop and each colon. sentences removes quotation
// marks and emphasis before the first word of a sentence. sentences does not remove the bracket of
// a link, because the text of a link is a heading.
func sentences(text string) (all []string) {
	begin := 0
	for _, end := range append(sentence.FindAllStringIndex(text, -1), []int{len(text), len(text)}) {
		all = append(all, strings.TrimLeft(strings.TrimSpace(text[begin:end[1]]), `("'“*_`))
		begin = end[1]
	}
	return all
}

func wordsOf(phrases map[string]string) (sorted []string) {
	for phrase := range phrases {
		sorted = append(sorted, phrase)
	}
	slices.Sort(sorted)
	return sorted
}

func clip(text string) string {
	if runes := []rune(text); len(runes) > 70 {
		return string(runes[:70]) + " …"
	}
	return text
}
