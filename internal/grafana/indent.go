package grafana

import "bytes"

// indented lays out JSON as json.Indent does with two spaces. It takes what an encoder has just printed, so that it need not
// look at each byte whether it is JSON: that takes as long as encoding.
func indented(compact []byte) []byte {
	out := make([]byte, 0, 2*len(compact))
	depth := 0
	line := func() {
		out = append(out, '\n')
		for range depth {
			out = append(out, "  "...)
		}
	}
	for i := 0; i < len(compact); i++ {
		switch c := compact[i]; c {
		case '"':
			end := i + stringLength(compact[i:])
			out = append(out, compact[i:end]...)
			i = end - 1
		case '{', '[':
			out = append(out, c)
			if i+1 < len(compact) && (compact[i+1] == '}' || compact[i+1] == ']') {
				i++
				out = append(out, compact[i])
				continue
			}
			depth++
			line()
		case '}', ']':
			depth--
			line()
			out = append(out, c)
		case ',':
			out = append(out, c)
			line()
		case ':':
			out = append(out, ": "...)
		default:
			out = append(out, c)
		}
	}
	return out
}

// stringLength is how many bytes a string takes with both quotes.
func stringLength(text []byte) int {
	for i := 1; i < len(text); i++ {
		next := bytes.IndexAny(text[i:], `"\\`)
		if next < 0 {
			break
		}
		if i += next; text[i] == '"' {
			return i + 1
		}
		i++ // what is escaped
	}
	return len(text)
}
