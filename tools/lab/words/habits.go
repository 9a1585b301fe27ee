package main

import (
	"regexp"
	"slices"
	"strings"
)

// paragraph is text that is read in one go.
type paragraph struct {
	line int    // its first, in the file
	text string // without line ends
	name string // what it is the comment of, if it is Go's
	does bool   // it is the comment of a function or a method
}

var (
	// starts are the words without a known subject.
	starts = []string{"Who", "What", "Whom", "Whose", "Whoever", "Whatever", "Those"}

	// wrong are phrases that look like English, and what a reader of English would write.
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

// habits returns what is to be written again in a paragraph.
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

// sentences splits a paragraph after each full stop and colon, and drops what stands before a
// sentence's first word: quotation marks and emphasis, but not the bracket of a link, whose text is
// a heading.
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
