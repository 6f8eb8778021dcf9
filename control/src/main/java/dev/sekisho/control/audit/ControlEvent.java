package dev.sekisho.control.audit;

/// Something that was done, as a record of a sealed family: one file per feature. The components of the record, as
/// JSON,
/// are the details of the audit record; none of them is ever a secret.
public sealed interface ControlEvent
        permits AccessEvent,
                AlertEvent,
                AuditEvent,
                ChallengeEvent,
                DeviceEvent,
                DirectoryEvent,
                FactorEvent,
                FlowEvent,
                LoginEvent,
                RequestEvent,
                RoleEvent,
                SecretEvent,
                ServerEvent,
                SettingsEvent,
                TokenEvent,
                UserEvent {
    /// What was done, as `noun.verb` in the past tense: `user.created`. Never changes once released.
    String action();

    /// To whom or what, by name; empty when there is nothing to name.
    String target();
}
