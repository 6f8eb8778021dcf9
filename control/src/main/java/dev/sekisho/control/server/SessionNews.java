package dev.sekisho.control.server;

import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.LoginEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.web.EventStream;
import java.util.List;

/// Tells the pages of a user that login sessions of theirs were ended, so that one that shows somebody else's work no
/// longer shows it. Thread-safe.
///
/// @param events live news
record SessionNews(EventStream events) implements UnitOfWork.CommitListener {
    /// What a page is told.
    ///
    /// @param count how many sessions
    /// @param reason why, for people
    record Revoked(int count, String reason) {}

    @Override
    public void committed(List<ControlEvent> happened, List<AuditRecord> records) {
        for (ControlEvent event : happened) {
            if (event instanceof LoginEvent.SessionsEnded ended) {
                events.publish(
                        "session.revoked",
                        EventStream.Audience.user(ended.userId()),
                        new Revoked(ended.count(), ended.reason()));
            }
        }
    }
}
