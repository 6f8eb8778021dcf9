/// Secrets at rest: envelope encryption for every feature, the store of secrets, rotation of the key. Enter by
/// [dev.sekisho.control.secret.Vault] (to seal a column) and [dev.sekisho.control.secret.Secrets].
///
/// Three layers, all AES-256-GCM. The installation's key is a file beside the database, or was given once by
/// `SEKISHO_ENCRYPTION_KEY`; it wraps the key-encryption keys in the table `secret_key`; the newest of these wraps a
/// new
/// random data key for each value that is sealed. A sealed value is these bytes, numbers big-endian:
/// ```
/// 0   1   format, 1
/// 1   4   version of the key-encryption key
/// 5   16  salt: the wrapping key is HMAC-SHA-256(key-encryption key, "sekisho wrap" | salt)
/// 21  12  nonce of the wrapping
/// 33  48  data key and its tag; authenticated with it: "key", version, table, row, column
/// 81  12  nonce of the value
/// 93  n   value and its tag (16 bytes); authenticated with it: "value", table, row, column
/// ```
/// A wrapping key is used once, so the limit of 2^32 messages per key with random nonces (NIST SP 800-38D) is never
/// near. Names in what is authenticated have their length before them.
///
/// Imports `control.audit`, `control.store`, `control.state` and `control.web`.
@NullMarked
package dev.sekisho.control.secret;

import org.jspecify.annotations.NullMarked;
