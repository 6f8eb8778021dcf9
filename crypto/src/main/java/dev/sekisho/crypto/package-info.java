/// Primitives of the WireGuard protocol: ChaCha20-Poly1305, XChaCha20-Poly1305, BLAKE2s, HKDF, X25519.
///
/// May import: `java.base`, and `jdk.incubator.vector` in the classes behind [dev.sekisho.crypto.VectorKernels]
/// only, which are touched when that module is present. Everything is constant time in its secrets: no branch
/// and no memory index depends on one. Objects with scratch are thread-confined; keys are [SecretKey]s that
/// their holder closes.
/// Source: RFC 8439, RFC 7748, RFC 7693, draft-irtf-cfrg-xchacha-03, WireGuard paper 5.4.
@NullMarked
package dev.sekisho.crypto;

import org.jspecify.annotations.NullMarked;
