package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/crypto/bcrypt"
)

// client is somebody who may come in, known by the hash of a secret.
type client struct {
	ClientConfig
	bcryptHash []byte
	sha256Hash []byte

	mutex sync.Mutex
	// SHA-256 of the secret that bcrypt has found right: bcrypt is slow on purpose, and a client asks often.
	proven []byte
}

// clients of one front.
type clients []*client

func loadClients(configs []ClientConfig) (clients, error) {
	var all clients
	for _, config := range configs {
		text, err := os.ReadFile(config.HashFile)
		if err != nil {
			return nil, fmt.Errorf("client %q: %w", config.Name, err)
		}
		one := &client{ClientConfig: config}
		hash := strings.TrimSpace(string(text))
		if _, err := bcrypt.Cost([]byte(hash)); err == nil {
			one.bcryptHash = []byte(hash)
		} else if decoded, err := hex.DecodeString(hash); err == nil && len(decoded) == sha256.Size {
			one.sha256Hash = decoded
		} else {
			return nil, fmt.Errorf("client %q: %s holds neither a bcrypt hash nor a SHA-256 in hexadecimal", config.Name, config.HashFile)
		}
		all = append(all, one)
	}
	return all, nil
}

// identify finds the client whose secret the request shows; nil is nobody.
func (all clients) identify(request *http.Request) *client {
	header := request.Header.Get("Authorization")
	if username, password, ok := request.BasicAuth(); ok {
		for _, one := range all {
			if one.Scheme == basic && one.Username == username {
				if one.knows(password) {
					return one
				}
				return nil
			}
		}
		return nil
	}
	scheme, token, found := strings.Cut(header, " ")
	if !found || !strings.EqualFold(scheme, bearer) {
		return nil
	}
	for _, one := range all {
		if one.Scheme == bearer && one.knows(token) {
			return one
		}
	}
	return nil
}

// knows says whether the secret is the client's. It takes the same time for every wrong one.
func (c *client) knows(secret string) bool {
	sum := sha256.Sum256([]byte(secret))
	if c.sha256Hash != nil {
		return subtle.ConstantTimeCompare(sum[:], c.sha256Hash) == 1
	}
	c.mutex.Lock()
	proven := c.proven
	c.mutex.Unlock()
	if proven != nil && subtle.ConstantTimeCompare(sum[:], proven) == 1 {
		return true
	}
	if bcrypt.CompareHashAndPassword(c.bcryptHash, []byte(secret)) != nil {
		return false
	}
	c.mutex.Lock()
	c.proven = sum[:]
	c.mutex.Unlock()
	return true
}

// may says whether the client is allowed the request.
func (c *client) may(method, requestPath string) bool {
	for _, allow := range c.Allow {
		if !slices.Contains(allow.Methods, method) && !slices.Contains(allow.Methods, "*") {
			continue
		}
		for _, pattern := range allow.Paths {
			if prefix, open := strings.CutSuffix(pattern, "*"); requestPath == pattern || open && strings.HasPrefix(requestPath, prefix) {
				return true
			}
		}
	}
	return false
}

// plainPath says whether a path means the same to the door and to every server behind it: no "..", no "//".
func plainPath(requestPath string) bool {
	if !strings.HasPrefix(requestPath, "/") || strings.ContainsAny(requestPath, "\\\x00") {
		return false
	}
	clean := path.Clean(requestPath)
	return clean == requestPath || clean+"/" == requestPath
}
