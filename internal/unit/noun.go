package unit

import "strings"

// irregular are nouns whose singular the endings do not give.
var irregular = map[string]string{
	"people": "person", "series": "series", "species": "species", "cookies": "cookie", "movies": "movie",
	"caches": "cache", "statuses": "status", "buses": "bus", "viruses": "virus", "cpus": "cpu", "gpus": "gpu", "menus": "menu",
	"indices": "index", "vertices": "vertex",
}

// singular returns the noun for one thing: tickets gives ticket, queries gives query. What is singular already stays.
func singular(noun string) string {
	if one, ok := irregular[strings.ToLower(noun)]; ok {
		return one
	}
	ends := func(suffixes ...string) bool {
		for _, suffix := range suffixes {
			if strings.HasSuffix(noun, suffix) && len(noun) > len(suffix) {
				return true
			}
		}
		return false
	}
	switch {
	case len(noun) < 4 || ends("ss", "us", "is"):
		return noun
	case ends("ies"):
		return noun[:len(noun)-3] + "y"
	case ends("sses", "xes", "shes", "ches", "zzes"):
		return noun[:len(noun)-2]
	case ends("s"):
		return noun[:len(noun)-1]
	default:
		return noun
	}
}

// sameNoun reports whether two nouns name the same thing, in singular or plural.
func sameNoun(a, b string) bool {
	return strings.EqualFold(a, b) || strings.EqualFold(singular(a), singular(b))
}
