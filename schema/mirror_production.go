package schema

// RemoteWrite mirrors #RemoteWrite: a second store for every sample.
type RemoteWrite struct {
	URL       string     `json:"url"`
	Token     *Secret    `json:"token,omitempty"`
	BasicAuth *BasicAuth `json:"basicAuth,omitempty"`
	Tenant    string     `json:"tenant,omitempty"`
}

// BasicAuth mirrors #BasicAuth: a user and a password, by their keys.
type BasicAuth struct {
	Username Secret `json:"username"`
	Password Secret `json:"password"`
}

// Thanos mirrors #Thanos: the object store that blocks are copied to. One of the fields is set.
type Thanos struct {
	Secret *SecretKey `json:"secret,omitempty"`
	S3     *S3        `json:"s3,omitempty"`
	GCS    *GCS       `json:"gcs,omitempty"`
}

// S3 mirrors #S3: a bucket of S3.
type S3 struct {
	Bucket   string `json:"bucket"`
	Endpoint string `json:"endpoint"` // host
	Region   string `json:"region,omitempty"`
}

// GCS mirrors #GCS: a bucket of Google Cloud Storage.
type GCS struct {
	Bucket string `json:"bucket"`
}

// GrafanaAdmin mirrors #GrafanaAdmin: the Secret that the administrator comes from.
type GrafanaAdmin struct {
	Secret      string `json:"secret"`
	UserKey     string `json:"userKey"`
	PasswordKey string `json:"passwordKey"`
}

// Ingress mirrors #Ingress: how people outside of the cluster reach Grafana.
type Ingress struct {
	Class     string `json:"class,omitempty"`
	TLSSecret string `json:"tlsSecret"`
	Issuer    string `json:"issuer,omitempty"`
}

// FolderPermissions mirrors #FolderPermissions: what each role may do with the dashboards.
type FolderPermissions struct {
	Viewer string `json:"viewer"` // view or none
	Editor string `json:"editor"` // view, edit or none
}
