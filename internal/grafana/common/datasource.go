// Package common holds the types that several kinds of panels share, under the names of package common of Grafana's
// Foundation SDK. Values come in from the generator or from a dashboard's JSON, and go out as JSON. Fields that neither
// Belfry's dashboards nor its checks need are left out.
package common

import (
	"bytes"
	"encoding/json"
)

// DataSourceRef names a data source. With a type it is the object that Grafana reads since 8.3; with a uid alone it is
// the string of older versions, which is either a name or a variable such as "${datasource}".
type DataSourceRef struct {
	Type *string `json:"type,omitempty"`
	Uid  *string `json:"uid,omitempty"`
}

// object is a DataSourceRef without methods.
type object DataSourceRef

// MarshalJSON prints an object where there is a type, else a string.
func (r DataSourceRef) MarshalJSON() ([]byte, error) {
	if r.Type == nil && r.Uid != nil {
		return json.Marshal(*r.Uid)
	}
	return json.Marshal((*object)(&r))
}

// UnmarshalJSON reads either form.
func (r *DataSourceRef) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(raw, []byte(`"`)) {
		*r = DataSourceRef{Uid: new(string)}
		return json.Unmarshal(raw, r.Uid)
	}
	return json.Unmarshal(raw, (*object)(r))
}
