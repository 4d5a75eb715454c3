// Package variants holds what differs between data sources: the one interface that every query type satisfies.
package variants

// Dataquery is a query of some data source, as a panel's target.
type Dataquery interface {
	// ImplementsDataqueryVariant marks the type as a query.
	ImplementsDataqueryVariant()
	// DataqueryType is the data source's type, such as "prometheus".
	DataqueryType() string
}
