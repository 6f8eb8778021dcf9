/// Backup and restore. Enter by [dev.sekisho.control.backup.Backups] and [dev.sekisho.control.backup.Restore].
///
/// A backup is one file, numbers big-endian:
/// ```
/// 0   8   "SEKISHOB"
/// 8   1   format, 1
/// 9   1   key: 1 = from a passphrase by Argon2id, 2 = from the installation's key by HMAC-SHA-256
/// 10  16  salt of the key
/// 26  4   Argon2id: memory in KiB (0 with the installation's key)
/// 30  4   Argon2id: passes
/// 34  4   Argon2id: lanes
/// 38      chunks
/// ```
/// A chunk is up to 65,536 bytes of text and their tag, sealed by AES-256-GCM. Its nonce is its number in 11 bytes and
/// then 1 for the last chunk, else 0; the header is authenticated with each. So no chunk can be changed, moved, left
/// out
/// or added, and a file that was cut is known by its end.
///
/// Inside is a ZIP archive: `manifest.json` first, `database/NAME` for each part of the database, `state/NAME` for
/// files
/// of the state directory, `hashes.json` last with the SHA-256 of each part. With a passphrase the installation's key
/// is among the files; with the installation's key it is not, since it is needed to open the backup.
///
/// Imports `control.store`, `control.state` and Bouncy Castle (Argon2id).
@NullMarked
package dev.sekisho.control.backup;

import org.jspecify.annotations.NullMarked;
