//go:build crds

// Package programs keeps istio.io/api in go.mod and go.sum: the local region installs the CRDs that the module ships, at
// a version checked by go.sum, and compiles nothing of it.
package programs

import _ "istio.io/api/security/v1"
