package ir

// Volume is what a server's data is kept on.
type Volume struct {
	Size  string // Kubernetes quantity, or empty: no volume of its own
	Class string // storage class, or empty: the cluster's default
}

// RemoteWrite is a second store for every sample. At most one of Token and User is set.
type RemoteWrite struct {
	URL            string
	Token          *Secret
	User, Password *Secret
	Tenant         string // empty: the store has one, or knows it from elsewhere
}

// ObjectStore is where blocks are copied to. One of Secret, and Bucket with its kind, is set.
type ObjectStore struct {
	Secret           *Secret // of Thanos' configuration
	Kind             string  // S3 or GCS, as Thanos names it
	Bucket           string
	Endpoint, Region string // of S3
}

// String names the store.
func (o ObjectStore) String() string {
	if o.Secret != nil {
		return "the object store of Secret " + o.Secret.Name
	}
	return "bucket " + o.Bucket + " of " + o.Kind
}

// GrafanaAdmin is the Secret that the administrator comes from.
type GrafanaAdmin struct{ Secret, UserKey, PasswordKey string }

// Ingress is how people outside of the cluster reach Grafana.
type Ingress struct {
	Host                     string
	Class, TLSSecret, Issuer string
}

// FolderPermissions are what each role may do with the dashboards: view, edit or none.
type FolderPermissions struct{ Viewer, Editor string }
