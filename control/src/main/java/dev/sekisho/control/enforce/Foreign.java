package dev.sekisho.control.enforce;

/// Tells whether the database holds audit records that this server was not told of: those of another, or of a change
/// whose news was lost. One owner thread.
///
/// A record may be there a moment before it is told, so what is missing counts only when it is missing a second time.
final class Foreign {
    private static final long UNKNOWN = -1;

    /// Records that were there and not told of, when last looked.
    private long untold = UNKNOWN;

    /// The same that is known and taken into account.
    private long known = UNKNOWN;

    /// Looks again.
    ///
    /// @param latest number of the last record
    /// @param told how many this server was told of, since its start
    boolean hasChanged(long latest, long told) {
        long now = latest - told;
        boolean twice = now == untold;
        untold = now;
        if (known == UNKNOWN) {
            known = now;
            return false;
        }
        boolean changed = twice && now != known;
        known = changed ? now : known;
        return changed;
    }
}
