package dev.sekisho.control.grant;

/// A grant as somebody wants it. Immutable.
///
/// @param resource name or identity of the resource
/// @param to `user:NAME`, `role:NAME` or `network:CIDR`
public record GrantDraft(String resource, String to, AccessGrant.Rule rule) {}
