package diag

import (
	"encoding/xml"
	"io"
)

// The part of the JUnit report format that CI systems agree on (github.com/testmoapp/junitxml).
type (
	junitSuites struct {
		XMLName  xml.Name   `xml:"testsuites"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Suite    junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Failure *junitFailure `xml:"failure,omitempty"`
		Skipped *junitFailure `xml:"skipped,omitempty"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr,omitempty"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// printJUnit reports an error as a failed test and a warning as a skipped one, which reports show without turning red.
// Without findings there is one test that passes, because some CI systems reject an empty report.
func printJUnit(w io.Writer, list List) error {
	suite := junitSuite{Name: "belfry", Failures: list.Count(Error), Skipped: list.Count(Warning)}
	for _, d := range list {
		one := junitCase{Name: d.Code, Class: d.Path, File: d.Pos.File, Line: d.Pos.Line}
		if d.Path == "" {
			one.Class = suite.Name
		}
		text := d.body()
		if d.Pos.IsValid() {
			text = d.Pos.String() + ": " + text
		}
		if d.Severity == Error {
			one.Failure = &junitFailure{Type: d.Code, Message: d.Message, Text: text}
		} else {
			one.Skipped = &junitFailure{Message: d.Message, Text: text}
		}
		suite.Cases = append(suite.Cases, one)
	}
	if len(suite.Cases) == 0 {
		suite.Cases = []junitCase{{Name: "no findings", Class: suite.Name}}
	}
	suite.Tests = len(suite.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(junitSuites{Tests: suite.Tests, Failures: suite.Failures, Suite: suite}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
