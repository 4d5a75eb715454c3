package diag

import (
	"encoding/xml"
	"io"
)

// The part of the JUnit report format that CI systems agree on (github.com/testmoapp/junitxml).
type (
	// JUnitSuite is one report.
	JUnitSuite struct {
		Name  string
		Cases []JUnitCase
	}
	// JUnitCase is a test. It passes where it has neither a failure nor a reason why it was skipped.
	JUnitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Failure *JUnitMessage `xml:"failure,omitempty"`
		Skipped *JUnitMessage `xml:"skipped,omitempty"`
		Output  string        `xml:"system-out,omitempty"`
	}
	// JUnitMessage says why a test did not pass.
	JUnitMessage struct {
		Type    string `xml:"type,attr,omitempty"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// Print writes the report, with its tests counted.
func (s JUnitSuite) Print(w io.Writer) error {
	type suite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []JUnitCase `xml:"testcase"`
	}
	one := suite{Name: s.Name, Tests: len(s.Cases), Cases: s.Cases}
	for _, c := range s.Cases {
		switch {
		case c.Failure != nil:
			one.Failures++
		case c.Skipped != nil:
			one.Skipped++
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	err := encoder.Encode(struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Suite    suite    `xml:"testsuite"`
	}{Tests: one.Tests, Failures: one.Failures, Suite: one})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n")
	return err
}

// printJUnit reports an error as a failed test and a warning as a skipped one, which reports show without turning red.
// Without findings there is one test that passes, because some CI systems reject an empty report.
func printJUnit(w io.Writer, list List) error {
	suite := JUnitSuite{Name: "belfry"}
	for _, d := range list {
		one := JUnitCase{Name: d.Code, Class: d.Path, File: d.Pos.File, Line: d.Pos.Line}
		if d.Path == "" {
			one.Class = suite.Name
		}
		text := d.body()
		if d.Pos.IsValid() {
			text = d.Pos.String() + ": " + text
		}
		if d.Severity == Error {
			one.Failure = &JUnitMessage{Type: d.Code, Message: d.Message, Text: text}
		} else {
			one.Skipped = &JUnitMessage{Message: d.Message, Text: text}
		}
		suite.Cases = append(suite.Cases, one)
	}
	if len(suite.Cases) == 0 {
		suite.Cases = []JUnitCase{{Name: "no findings", Class: suite.Name}}
	}
	return suite.Print(w)
}
