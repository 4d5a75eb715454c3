package notify

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"slices"
	"strings"
)

// readMail takes the subject and the text from a mail. The payload is the mail without what differs each time: its date, its id
// and the boundaries of its parts.
func (n *Notification) readMail(message []byte) []string {
	parsed, err := mail.ReadMessage(bytes.NewReader(message))
	if err != nil {
		return nil
	}
	var headers []string
	for name, values := range parsed.Header {
		if name == "Date" || name == "Message-Id" || name == "Content-Type" || name == "Mime-Version" {
			continue
		}
		for _, value := range values {
			headers = append(headers, name+": "+decodedHeader(value))
		}
	}
	slices.Sort(headers)
	n.Title = strings.TrimSpace(decodedHeader(parsed.Header.Get("Subject")))
	n.Text = mailText(parsed)
	n.Payload = []byte(strings.Join(headers, "\n") + "\n\n" + n.Text + "\n")
	return append(headers, n.Text)
}

func decodedHeader(value string) string {
	decoded, err := new(mime.WordDecoder).DecodeHeader(value)
	if err != nil {
		return value
	}
	return decoded
}

// mailText is the plain text of a mail, or that of its HTML where it has no other.
func mailText(parsed *mail.Message) string {
	_, parameters, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	parts := multipart.NewReader(parsed.Body, parameters["boundary"])
	text := ""
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			return strings.TrimSpace(text)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return ""
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/plain") {
			return strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n"))
		}
		text = withoutTags(string(body))
	}
}

var (
	invisible = regexp.MustCompile(`(?is)<(?:style|head|script)\b.*?</(?:style|head|script)>|<!--.*?-->|<[^>]+>`)
	gaps      = regexp.MustCompile(`\s*\n\s*`)
)

// withoutTags is the text of HTML, as far as a finding about it needs it.
func withoutTags(html string) string {
	return gaps.ReplaceAllString(unescaper.Replace(invisible.ReplaceAllString(html, "")), "\n")
}

var unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#34;", `"`, "&#39;", "'", "&#43;", "+", "&nbsp;", " ", "&amp;", "&")
