package dev.sekisho.control.backup;

/// What a backup says of itself. Immutable.
///
/// @param format of the archive, 1
/// @param version of the program that made it
/// @param schema the newest migration of the database
/// @param dialect `SQLITE` or `POSTGRESQL`
/// @param createdAt milliseconds since 1970
record Manifest(int format, String version, int schema, String dialect, long createdAt) {
    static final int FORMAT = 1;
    static final String NAME = "manifest.json";
    static final String HASHES = "hashes.json";
    static final String DATABASE = "database/";
    static final String STATE = "state/";
}
