//go:build tools

// Keeps istio.io/api in go.mod and go.sum: the local region installs the CRDs that the module ships, at a
// version checked by go.sum, and compiles nothing of it.
package main

import _ "istio.io/api/security/v1"
