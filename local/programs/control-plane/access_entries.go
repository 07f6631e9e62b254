package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/aws-iam-authenticator/pkg/token"
)

// accessEntry is one access entry of the cluster in the field names of the EKS API.
type accessEntry struct {
	PrincipalARN     string   `json:"principalArn"`
	Username         string   `json:"username"`
	KubernetesGroups []string `json:"kubernetesGroups"`
}

// username fills the templates that EKS allows in an entry's user name, and makes EKS' default where the entry
// has none.
func (e accessEntry) username(identity *token.Identity) string {
	template := e.Username
	if template == "" {
		template = identity.ARN
	}
	session := strings.NewReplacer("@", "-").Replace(identity.SessionName)
	return strings.NewReplacer(
		"{{SessionName}}", session,
		"{{SessionNameRaw}}", identity.SessionName,
		"{{AccountID}}", identity.AccountID,
		"{{AccessKeyID}}", identity.AccessKeyID,
	).Replace(template)
}

// accessEntriesFile is the path of a JSON array of access entries. It is read for every review, so that a
// changed entry holds from the next review on.
type accessEntriesFile string

func (path accessEntriesFile) find(canonicalARN string) (accessEntry, error) {
	content, err := os.ReadFile(string(path))
	if err != nil {
		return accessEntry{}, fmt.Errorf("the access entries cannot be read: %w", err)
	}
	var entries []accessEntry
	if err := json.Unmarshal(content, &entries); err != nil {
		return accessEntry{}, fmt.Errorf("the access entries cannot be parsed: %w", err)
	}
	for _, entry := range entries {
		// The authenticator compares without case, and so does the role's canonical form.
		if strings.EqualFold(entry.PrincipalARN, canonicalARN) {
			return entry, nil
		}
	}
	return accessEntry{}, fmt.Errorf("no access entry for %s", canonicalARN)
}
